import type { Address, Hex } from 'viem';

/** What a coalition is deployed with. The deployer becomes the authority's admin, and the owner of the DemoDollar. */
export interface DeployOptions {
  readonly rpcUrl: string;
  /** Private key of the deployer; without it the node's first unlocked account deploys. */
  readonly deployerKey?: Hex;
  readonly governor: Address;
  readonly issuer: Address;
  readonly guardian: Address;
  readonly receiptSigner: Address;
  /** A stablecoin of six decimals; without it a DemoDollar is deployed. */
  readonly stablecoin?: Address;
  /** Seconds that what the governor schedules must wait; 0 unless given. */
  readonly governorDelay?: number;
}

/** Where a coalition is. `deployedAtBlock` is the hub's own block: no event of it can be in an earlier one. */
export interface Deployment {
  readonly chainId: number;
  readonly authority: Address;
  readonly stablecoin: Address;
  readonly coalition: Address;
  readonly deployedAtBlock: number;
}
