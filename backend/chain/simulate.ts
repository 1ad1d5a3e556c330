import { type Address, type Hex, numberToHex } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { revertDataOf } from './decode-revert.ts';

/** What a call would do at the present block. */
export type Simulation = { readonly result: Hex } | { readonly revert: Hex };

/**
 * Asks the chain what a call would do, without sending it.
 * @throws DomainError CHAIN_UNAVAILABLE when no endpoint answers, which says nothing of the call
 */
export async function simulate(
  { chain }: Pick<Deps, 'chain'>,
  call: { from?: Address; to: Address; data: Hex; gas?: bigint },
): Promise<Simulation> {
  const { gas, ...rest } = call;
  const request = { ...rest, ...(gas !== undefined && { gas: numberToHex(gas) }) };
  try {
    return { result: await chain.request({ method: 'eth_call', params: [request, 'latest'] }) };
  } catch (error) {
    const revert = revertDataOf(error);
    if (revert !== null) return { revert };
    throw new DomainError('CHAIN_UNAVAILABLE', { cause: error });
  }
}
