import { encodeEventTopics, type Hex, zeroAddress } from 'viem';
import { CoalitionAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import { rawLogSchema } from '../indexer/chain-block.ts';
import { toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import type { ForeignBatch } from './taken-batches.repository.ts';

const [MINTED = '0x'] = encodeEventTopics({
  abi: PointsTokenAbi,
  eventName: 'Transfer',
  args: { from: zeroAddress },
});
const [ISSUED = '0x'] = encodeEventTopics({ abi: CoalitionAbi, eventName: 'BatchIssued' });
const ZERO_TOPIC: Hex = `0x${'0'.repeat(64)}`;

/**
 * What batches minted to each account (lower-case hex), from the chain: the transfers of the brand's token out of nothing that stand between
 * the batch's event and the one before. Throws what the client throws when no endpoint answers.
 */
export async function readForeignMints(
  { chain, network }: Pick<Deps, 'chain' | 'network'>,
  { token, batches }: { token: Hex; batches: readonly ForeignBatch[] },
): Promise<Map<Hex, bigint>> {
  const minted = new Map<Hex, bigint>();
  for (const { blockHash, logIndex, transaction } of batches) {
    const filter = {
      blockHash: toHex(blockHash),
      address: [token, network.coalition],
      topics: [[MINTED, ISSUED]],
    };
    const answer = await chain.request({ method: 'eth_getLogs', params: [filter as never] });
    const logs = rawLogSchema.array().parse(answer);
    const own = logs.filter((log) => log.transactionHash === toHex(transaction) && log.logIndex < logIndex);
    const before = Math.max(
      -1,
      ...own.filter(({ topics }) => topics[0] === ISSUED).map((log) => log.logIndex),
    );
    for (const { topics, data, logIndex: at, address } of own) {
      if (at <= before || address !== token || topics[1] !== ZERO_TOPIC) continue;
      const account: Hex = `0x${(topics[2] ?? '').slice(-40)}`;
      minted.set(account, (minted.get(account) ?? 0n) + BigInt(data));
    }
  }
  return minted;
}
