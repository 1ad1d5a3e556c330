import { type Address, type Client, isAddressEqual } from 'viem';
import { readContract } from 'viem/actions';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import type { RoleOptions } from './deployment.ts';
import { type CodeFound, findCode } from './verify-code.ts';
import { findRoles, type Holder } from './verify-roles.ts';

/** Which coalition, and what it should have been deployed with; what is left out is not asked for. */
export interface Expected {
  readonly coalition: Address;
  /** The first block that can hold an event of the authority; 0 unless given. */
  readonly from?: number;
  readonly parameters?: Partial<RoleOptions> & { readonly stablecoin?: Address };
}

/**
 * What was found. `problems` has one sentence for each difference and is empty when all is as it should be. Where the code differs
 * nothing that it says of itself is asked for, so `holders` is empty.
 */
export interface Verification extends CodeFound {
  readonly holders: readonly Holder[];
}

/**
 * Reads a deployed coalition back from the chain: code and immutables of all its contracts, the functions of every role, who
 * holds it and how long it waits. The contracts were built before.
 */
export async function verifyDeployment(
  client: Client,
  { coalition, from = 0, parameters = {} }: Expected,
): Promise<Verification> {
  const { problems, hashes } = await findCode(client, coalition);
  if (problems.length > 0) return { hashes, holders: [], problems };
  const hub = { address: coalition, abi: CoalitionAbi } as const;
  const [authority, stablecoin] = await Promise.all([
    readContract(client, { ...hub, functionName: 'authority' }),
    readContract(client, { ...hub, functionName: 'stablecoin' }),
  ]);
  const { governor, issuer, guardian, receiptSigner, admin, stablecoin: money, ...delays } = parameters;
  const roles = await findRoles(client, {
    coalition,
    authority,
    from,
    ...delays,
    holders: {
      ...(admin && { ADMIN: admin }),
      ...(governor && { GOVERNOR: governor }),
      ...(issuer && { ISSUER: issuer }),
      ...(guardian && { GUARDIAN: guardian }),
      ...(receiptSigner && { RECEIPT_SIGNER: receiptSigner }),
    },
  });
  const otherMoney =
    money && !isAddressEqual(money, stablecoin)
      ? [`The money of the hub is ${stablecoin}, not ${money}.`]
      : [];
  return { hashes, holders: roles.holders, problems: [...otherMoney, ...roles.problems] };
}
