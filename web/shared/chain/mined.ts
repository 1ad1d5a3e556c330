import type { Hex, TransactionReceipt } from 'viem';
import { getBlockNumber, getChainId, getTransactionReceipt } from 'viem/actions';
import type { Network } from '../api/shapes.ts';
import type { ChainClient } from './client.ts';
import type { CheckStep, StepFacts } from './verdict.ts';

/** A transaction as the node has it. `silent`: no answer. `unknown`: the node has no such transaction, perhaps not yet. */
export type Mined = 'silent' | 'unknown' | { receipt: TransactionReceipt; depth: bigint };

/** Looks a transaction up. Another chain's node counts as one that does not know it. */
export async function readMined(client: ChainClient, hash: Hex, network: Network): Promise<Mined> {
  try {
    const [chainId, head, receipt] = await Promise.all([
      getChainId(client),
      getBlockNumber(client, { cacheTime: 0 }),
      getTransactionReceipt(client, { hash }),
    ]);
    return chainId === network.chainId ? { receipt, depth: head - receipt.blockNumber + 1n } : 'unknown';
  } catch (error) {
    return error instanceof Error && error.name === 'TransactionReceiptNotFoundError' ? 'unknown' : 'silent';
  }
}

/** Why a transaction could not be looked at. */
export function whyUnseen(mined: 'silent' | 'unknown', network: Network): string {
  return mined === 'silent'
    ? `The node at ${network.rpcUrl} did not answer.`
    : 'The node does not know the transaction (yet).';
}

/** The same for pages in other languages. */
export function unseenFacts(mined: 'silent' | 'unknown', network: Network): StepFacts {
  return mined === 'silent' ? { code: 'silent', node: network.rpcUrl } : { code: 'unseen' };
}

/** Whether enough blocks stand on a transaction for it to be final. */
export function depthStep(what: string, depth: bigint, { confirmations }: Network): CheckStep {
  return {
    name: 'depth',
    what,
    facts: { code: 'depth', have: String(depth), want: String(confirmations) },
    result: depth >= BigInt(confirmations) ? 'yes' : 'open',
    detail: `${depth} of ${confirmations}`,
  };
}
