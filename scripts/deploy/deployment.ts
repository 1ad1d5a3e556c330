import type { Address, Hex } from 'viem';

/** How long roles wait, in seconds; 0 unless given. See scripts/ignition/coalition.ts. */
export interface Delays {
  /** What the governor schedules. */
  readonly governorDelay?: number;
  /** What the admin schedules. */
  readonly adminDelay?: number;
  /** Before a role that is granted later on counts. */
  readonly grantDelay?: number;
  /** Before the admin's changes of the hub's functions and authority. */
  readonly targetAdminDelay?: number;
}

/** Who holds what, and how long each waits. */
export interface RoleOptions extends Delays {
  readonly governor: Address;
  readonly issuer: Address;
  readonly guardian: Address;
  readonly receiptSigner: Address;
  /** The authority's admin. Without it the deployer stays that, which only demonstrations do. */
  readonly admin?: Address;
}

/** What a coalition is deployed with. The deployer owns the DemoDollar. */
export interface DeployOptions extends RoleOptions {
  readonly rpcUrl: string;
  /** Private key of the deployer; without it the node's first unlocked account deploys. */
  readonly deployerKey?: Hex;
  /** A stablecoin of six decimals; without it a DemoDollar is deployed. */
  readonly stablecoin?: Address;
}

/** Where a coalition is. `deployedAtBlock` is the hub's own block: no event of it can be in an earlier one. */
export interface Deployment {
  readonly chainId: number;
  readonly authority: Address;
  readonly stablecoin: Address;
  readonly coalition: Address;
  readonly deployedAtBlock: number;
}
