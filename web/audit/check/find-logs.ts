import { type Hex, numberToHex } from 'viem';
import { type Rpc, RpcProblem } from '../../shared/chain/rpc.ts';

/** A log of the node, placed. */
export interface Log {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly blockHash: Hex;
  readonly transactionHash: Hex;
  readonly logIndex: Hex;
}

/** A topic in its place: one, one of several, or any. */
export type Topic = Hex | readonly Hex[] | null;

/** Which logs are wanted. */
export interface Wanted {
  readonly address: Hex;
  readonly topics: readonly Topic[];
  readonly from?: bigint;
  readonly to: bigint;
}

/** A node that takes ranges of 10,000 blocks is asked so often for three million of them. */
const REQUESTS_LIMIT = 300;

/**
 * Finds logs by their topics, in chain order; ranges that the node refuses are halved. What the node answers is held against what was asked.
 * @throws RpcProblem
 */
export async function findLogs(rpc: Rpc, { address, topics, from = 0n, to }: Wanted): Promise<Log[]> {
  const found: Log[] = [];
  let left = REQUESTS_LIMIT;
  let size = to - from + 1n;
  for (let start = from; start <= to; ) {
    if (left-- === 0)
      throw new RpcProblem(
        'refused',
        'the node takes ranges of blocks that are too short to search them all',
      );
    const end = start + size - 1n < to ? start + size - 1n : to;
    try {
      const filter = { address, topics, fromBlock: numberToHex(start), toBlock: numberToHex(end) };
      found.push(...read(await rpc.ask('eth_getLogs', [filter]), { address, topics }));
      start = end + 1n;
    } catch (problem) {
      const isTooLong =
        problem instanceof RpcProblem && (problem.failure === 'refused' || problem.failure === 'slow');
      if (!isTooLong || size === 1n) throw problem;
      size = size / 2n;
    }
  }
  return found.sort(
    (a, b) =>
      Number(BigInt(a.blockNumber) - BigInt(b.blockNumber)) || Number(a.logIndex) - Number(b.logIndex),
  );
}

function read(answer: unknown, { address, topics }: Pick<Wanted, 'address' | 'topics'>): Log[] {
  if (!Array.isArray(answer)) throw new RpcProblem('unreadable', 'the logs are no list');
  for (const log of answer as Log[])
    if (!same(log.address, address) || !topics.every((topic, place) => fits(log.topics?.[place], topic)))
      throw new RpcProblem('unreadable', 'the node answers with events that were not asked for');
  return answer as Log[];
}

function fits(given: Hex | undefined, wanted: Topic): boolean {
  if (wanted === null) return true;
  const options = typeof wanted === 'string' ? [wanted] : wanted;
  return given !== undefined && options.some((option) => same(option, given));
}

const same = (a: unknown, b: string) => String(a).toLowerCase() === b.toLowerCase();
