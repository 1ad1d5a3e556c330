import type { Address } from 'viem';
import { askQuorum } from '../chain/ask-quorum.ts';
import type { Deps } from '../shared/deps.ts';
import type { IndexedBlock } from './chain-block.ts';
import { fetchBlocks } from './fetch-blocks.ts';

/**
 * Reads blocks with everything in them that concerns us, and takes what a quorum of endpoints says in the same words: every block's hash and
 * parent, every log, and what became of every transaction of ours.
 * @throws DomainError CHAIN_UNAVAILABLE, CHAIN_DISAGREES
 */
export async function fetchAgreedBlocks(
  deps: Pick<Deps, 'pool' | 'network' | 'endpoints' | 'config' | 'logger'>,
  range: { from: bigint; to: bigint; tokens: readonly Address[]; memberKeys: Address },
): Promise<IndexedBlock[]> {
  const { answer } = await askQuorum(deps, {
    what: `blocks ${range.from} to ${range.to}`,
    ask: (endpoint) => fetchBlocks(deps, { endpoint, ...range }),
    keyOf: (blocks) => JSON.stringify(blocks.map(comparable), asText),
  });
  return answer;
}

/** Without the words of a revert's reason: an endpoint without old states can't say them. */
const comparable = ({ mined, ...block }: IndexedBlock) => ({
  ...block,
  mined: mined
    .map((transaction) => ({ ...transaction, revert: transaction.revert !== null }))
    .sort((a, b) => Number(a.transactionId - b.transactionId)),
});

const asText = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
