/** Reads logs in ranges that adapt to what the endpoint can take, so that memory is bounded and any provider will do. */
import type { Address, Client, Hex } from 'viem';
import { getBlock, getCode } from 'viem/actions';
import type { ChainLog } from './chain-event.ts';

const FIRST_RANGE = 50;
const RANGE_LIMIT = 10_000;
/** A range that gave more logs than this is followed by a shorter one; with fewer than a quarter by a longer one. */
const LOGS_WANTED = 20_000;
const BLOCKS_AT_ONCE = 50;

interface RpcLog {
  address: Address;
  topics: Hex[];
  data: Hex;
  blockNumber: Hex;
  logIndex: Hex;
  transactionHash: Hex;
  blockTimestamp?: Hex | null;
}

/** Which logs to read: of these contracts, from the first to the last block, both included. */
export interface LogRange {
  readonly addresses: readonly Address[];
  readonly from: number;
  readonly to: number;
}

/** Yields logs in chain order, range by range, with the last block that each range covers. Throws viem's errors. */
export async function* readLogs(
  client: Client,
  { addresses, from, to }: LogRange,
): AsyncGenerator<{ logs: ChainLog[]; through: number }> {
  let size = FIRST_RANGE;
  for (let start = from; start <= to; ) {
    const end = Math.min(start + size - 1, to);
    const logs = await requestLogs(client, { addresses, from: start, to: end }).catch((error: unknown) => {
      // Providers refuse long ranges in many words, so any refusal shortens the range until one block is refused as well.
      if (end === start) throw error;
      return null;
    });
    if (logs === null) {
      size = Math.max(1, Math.floor((end - start + 1) / 2));
      continue;
    }
    yield { logs: await withTimestamps(client, logs), through: end };
    if (logs.length > LOGS_WANTED) size = Math.max(1, Math.floor(size / 2));
    if (logs.length < LOGS_WANTED / 4) size = Math.min(size * 2, RANGE_LIMIT);
    start = end + 1;
  }
}

const toHex = (value: number): Hex => `0x${value.toString(16)}`;

async function requestLogs(client: Client, { addresses, from, to }: LogRange): Promise<RpcLog[]> {
  const filter = { address: [...addresses], fromBlock: toHex(from), toBlock: toHex(to) };
  // A refused range is shortened at once; only a single block is worth asking for again.
  const options = from === to ? {} : { retryCount: 0 };
  const logs = (await client.request(
    { method: 'eth_getLogs', params: [filter] },
    options,
  )) as unknown as RpcLog[];
  return logs.sort(
    (a, b) => Number(a.blockNumber) - Number(b.blockNumber) || Number(a.logIndex) - Number(b.logIndex),
  );
}

/** Many endpoints put the block's time into the log; for the others each block is read once. */
async function withTimestamps(client: Client, logs: RpcLog[]): Promise<ChainLog[]> {
  const times = new Map<number, number>();
  for (const { blockNumber, blockTimestamp } of logs)
    if (blockTimestamp) times.set(Number(blockNumber), Number(blockTimestamp));
  const missing = [...new Set(logs.map(({ blockNumber }) => Number(blockNumber)))].filter(
    (block) => !times.has(block),
  );
  for (let at = 0; at < missing.length; at += BLOCKS_AT_ONCE) {
    const blocks = missing
      .slice(at, at + BLOCKS_AT_ONCE)
      .map((block) => getBlock(client, { blockNumber: BigInt(block) }));
    for (const { number, timestamp } of await Promise.all(blocks))
      times.set(Number(number), Number(timestamp));
  }
  return logs.map(({ address, topics, data, blockNumber, logIndex, transactionHash }) => ({
    address: address.toLowerCase() as Address,
    topics,
    data,
    block: Number(blockNumber),
    logIndex: Number(logIndex),
    transaction: transactionHash,
    timestamp: times.get(Number(blockNumber)) ?? 0,
  }));
}

/** The block in which a contract appeared, by bisection; 0 when the endpoint keeps no old states. */
export async function findDeployment(
  client: Client,
  { address, to }: { address: Address; to: number },
): Promise<number> {
  let [absent, present] = [-1, to];
  while (present - absent > 1) {
    const middle = Math.floor((absent + present) / 2);
    const code = await getCode(client, { address, blockNumber: BigInt(middle) }).catch(() => null);
    if (code === null) return 0;
    if (code) present = middle;
    else absent = middle;
  }
  return present;
}
