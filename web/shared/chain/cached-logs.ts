import { getBlock } from 'viem/actions';
import type { ChainLog } from '../../../backend/audit/chain-event.ts';
import { readLogs } from '../../../backend/audit/read-logs.ts';

/** More logs than this are not kept: they would fill the memory of a phone. */
const KEPT_LIMIT = 300_000;
/** The newest blocks are always read anew: their logs and their hash might be of two forks. */
const UNSETTLED = 32;

interface Range {
  readonly from: number;
  readonly through: number;
  /** Of the last block: while the chain has it, it has these logs too. */
  readonly hash: string;
  readonly logs: ChainLog[];
}

/**
 * A reader of logs that remembers what it has read from one node, for as long as the page is open, and asks only for what came since. What
 * lies on blocks that the chain has replaced is forgotten and read anew.
 */
export function rememberLogs(): typeof readLogs {
  const known = new Map<string, Range[]>();
  let kept = 0;
  return async function* read(client, { addresses, from, to }) {
    const key = `${from} ${addresses.join()}`;
    const ranges = known.get(key) ?? [];
    known.set(key, ranges);
    const hashOf = async (block: number) => (await getBlock(client, { blockNumber: BigInt(block) })).hash;
    let standing = ranges.findLastIndex(({ through }) => through <= to) + 1;
    // The newest one that still stands vouches for all before it.
    for (let last = ranges[standing - 1]; last; last = ranges[standing - 1]) {
      if ((await hashOf(last.through)) === last.hash) break;
      for (const { logs } of ranges.splice(--standing)) kept -= logs.length;
    }
    let next = from;
    for (const { logs, through } of ranges.slice(0, standing)) {
      yield { logs, through };
      next = through + 1;
    }
    for await (const { logs, through } of readLogs(client, { addresses, from: next, to })) {
      const settled = Math.min(through, to - UNSETTLED);
      const settledLogs = logs.filter(({ block }) => block <= settled);
      const follows = (ranges.at(-1)?.through ?? from - 1) === next - 1 && settled >= next;
      if (follows && kept + settledLogs.length <= KEPT_LIMIT) {
        ranges.push({ from: next, through: settled, hash: await hashOf(settled), logs: settledLogs });
        kept += settledLogs.length;
      }
      yield { logs, through };
      next = through + 1;
    }
  };
}
