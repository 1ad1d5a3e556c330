import type { Hex } from 'viem';
import { type Rpc, RpcProblem } from './rpc.ts';
import { SETTLEMENTS } from './selectors.ts';

/** When value last moved between a brand and somebody else. */
export interface Settlement {
  readonly block: bigint;
  /** `undefined` when the node does not say and was not asked. */
  readonly at: Date | undefined;
}

/** The last settlement of each brand that has one in the blocks that were looked at, which begin at `from`. */
export interface Settlements {
  readonly from: bigint;
  readonly byBrand: ReadonlyMap<number, Settlement>;
}

const FIRST_RANGE = 500n;
/** A page that is only glanced at asks no more than this; the history has the rest. */
const REQUESTS_LIMIT = 8;

interface SettlementLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly blockNumber: string;
  readonly blockTimestamp?: string | null;
}

/** Looks backwards from a block for the last settlements of `brands`, in ranges that grow. @throws RpcProblem */
export async function readSettlements(
  rpc: Rpc,
  { coalition, to, brands }: { coalition: Hex; to: bigint; brands: readonly number[] },
): Promise<Settlements> {
  const byBrand = new Map<number, Settlement>();
  let from = to + 1n;
  let size = FIRST_RANGE;
  for (let request = 0; request < REQUESTS_LIMIT && from > 0n && byBrand.size < brands.length; request++) {
    const begin = from > size ? from - size : 0n;
    const logs = await readLogs(rpc, { coalition, from: begin, to: from - 1n });
    if (logs === null) {
      size = size / 4n + 1n;
      continue;
    }
    for (const log of logs.toReversed()) noteSettlement(byBrand, log);
    from = begin;
    size *= 4n;
  }
  return { from, byBrand: await withTimes(rpc, byBrand) };
}

/** Null when the node refuses so long a range. */
async function readLogs(
  rpc: Rpc,
  { coalition, from, to }: { coalition: Hex; from: bigint; to: bigint },
): Promise<SettlementLog[] | null> {
  const filter = {
    address: coalition,
    fromBlock: `0x${from.toString(16)}`,
    toBlock: `0x${to.toString(16)}`,
    topics: [Object.values(SETTLEMENTS)],
  };
  try {
    return (await rpc.ask('eth_getLogs', [filter])) as SettlementLog[];
  } catch (problem) {
    if (problem instanceof RpcProblem && problem.failure === 'refused') return null;
    throw problem;
  }
}

function noteSettlement(byBrand: Map<number, Settlement>, log: SettlementLog): void {
  const [topic, , issuer, other] = log.topics;
  // Points spent at the own brand settle nothing.
  if (topic === SETTLEMENTS.Redeemed && issuer === other) return;
  const parties = topic === SETTLEMENTS.Donated ? [issuer] : [issuer, other];
  const at = log.blockTimestamp ? new Date(Number(log.blockTimestamp) * 1000) : undefined;
  for (const party of parties)
    if (!byBrand.has(Number(party))) byBrand.set(Number(party), { block: BigInt(log.blockNumber), at });
}

async function withTimes(rpc: Rpc, byBrand: Map<number, Settlement>): Promise<Map<number, Settlement>> {
  const timed = [...byBrand].map(async ([brand, { block, at }]): Promise<[number, Settlement]> => {
    if (at) return [brand, { block, at }];
    const head = await rpc.ask('eth_getBlockByNumber', [`0x${block.toString(16)}`, false]);
    const timestamp = Number((head as { timestamp?: string } | null)?.timestamp);
    return [brand, { block, at: Number.isFinite(timestamp) ? new Date(timestamp * 1000) : undefined }];
  });
  return new Map(await Promise.all(timed));
}
