import type { Abi, ContractFunctionArgs, ContractFunctionName, ReadContractParameters } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/**
 * Reads a view of a contract at the present block.
 * @throws DomainError CHAIN_UNAVAILABLE when no endpoint answers as it should
 */
export async function readView<
  const abi extends Abi,
  name extends ContractFunctionName<abi, 'pure' | 'view'>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view', name>,
>({ chain }: Pick<Deps, 'chain'>, view: ReadContractParameters<abi, name, args>) {
  try {
    return await chain.readContract(view);
  } catch (cause) {
    throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  }
}
