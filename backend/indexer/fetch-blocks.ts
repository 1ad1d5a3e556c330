/** Reads blocks with everything in them that concerns us, from one endpoint, so that they fit together. */
import type { Address, Hex, PublicClient } from 'viem';
import { numberToHex } from 'viem';
import { z } from 'zod';
import { decodeHubLog, decodeKeyLog, decodeTokenLog } from '../audit/chain-event.ts';
import { revertDataOf, revertToError } from '../chain/decode-revert.ts';
import { fromHex, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type Reason, toReason } from '../shared/reason.ts';
import {
  type BlockEvent,
  type Header,
  type IndexedBlock,
  type MinedTransaction,
  rawBlockSchema,
  rawLogSchema,
  rawReceiptSchema,
} from './chain-block.ts';

type RawBlock = z.output<typeof rawBlockSchema>;
type RawLog = z.output<typeof rawLogSchema>;

const NO_LOGS = /^0x0*$/;

/** The endpoint changed its mind between two answers (a reorg, or a proxy with several nodes behind it): the next turn asks again. */
const inconsistent = (what: string, block: bigint): DomainError =>
  new DomainError('CHAIN_UNAVAILABLE', {
    message: `The endpoint's ${what} of block ${block} do not fit together.`,
  });

/** The header of a block by number, or the newest; null when the endpoint has none. */
export async function fetchHeader(endpoint: PublicClient, number: bigint | 'latest'): Promise<Header | null> {
  const tag = number === 'latest' ? number : numberToHex(number);
  const block: unknown = await endpoint.request({ method: 'eth_getBlockByNumber', params: [tag, false] });
  return block === null ? null : rawBlockSchema.parse(block);
}

/**
 * Reads the blocks `from` to `to`, both included, each the child of the one before it.
 * @throws DomainError CHAIN_UNAVAILABLE when the answers do not fit together
 */
export async function fetchBlocks(
  deps: Pick<Deps, 'pool' | 'network'>,
  {
    endpoint,
    from,
    to,
    tokens,
    memberKeys,
  }: {
    endpoint: PublicClient;
    from: bigint;
    to: bigint;
    tokens: readonly Address[];
    memberKeys: Address;
  },
): Promise<IndexedBlock[]> {
  const numbers = Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index));
  const raw = await Promise.all(
    numbers.map((number) =>
      endpoint.request({ method: 'eth_getBlockByNumber', params: [numberToHex(number), false] }),
    ),
  );
  const blocks = raw.map((block) => rawBlockSchema.parse(block));
  blocks.forEach((block, index) => {
    const parent = blocks[index - 1];
    if (block.number !== numbers[index] || (parent && parent.hash !== block.parentHash))
      throw inconsistent('parents', block.number);
  });
  const [events, mined] = await Promise.all([
    fetchEvents(endpoint, blocks, { hub: deps.network.coalition, memberKeys, tokens }),
    fetchMined(deps, endpoint, blocks),
  ]);
  return blocks.map(({ number, hash, parentHash, timestamp }, index) => ({
    number,
    hash,
    parentHash,
    timestamp,
    events: events[index] ?? [],
    mined: mined.get(hash) ?? [],
  }));
}

async function fetchEvents(
  endpoint: PublicClient,
  blocks: readonly RawBlock[],
  { hub, memberKeys, tokens }: { hub: Address; memberKeys: Address; tokens: readonly Address[] },
): Promise<BlockEvent[][]> {
  const address = [hub, memberKeys, ...tokens];
  const logs = await Promise.all(blocks.map((block) => fetchLogs(endpoint, block, address)));
  const known = new Set(tokens.map((token) => token.toLowerCase()));
  const events = logs.map((list) => list.flatMap((log) => decode(log, { hub, memberKeys })));
  const added = events
    .flat()
    .flatMap((event) => (event.eventName === 'PartnerAdded' ? event.args.token : []))
    .filter((token) => !known.has(token.toLowerCase()));
  // A brand that joined in these blocks may have minted in them, and its token was not asked for.
  return added.length > 0
    ? fetchEvents(endpoint, blocks, { hub, memberKeys, tokens: [...tokens, ...added] })
    : events;
}

async function fetchLogs(endpoint: PublicClient, block: RawBlock, address: Address[]): Promise<RawLog[]> {
  if (NO_LOGS.test(block.logsBloom)) return [];
  // By hash: an endpoint that has dropped the block refuses, instead of answering with its successor's logs.
  const answer = await endpoint.request({
    method: 'eth_getLogs',
    params: [{ address, blockHash: block.hash }],
  });
  const logs = z.array(rawLogSchema).parse(answer);
  if (logs.some(({ blockHash }) => blockHash !== block.hash)) throw inconsistent('logs', block.number);
  return logs.sort((a, b) => a.logIndex - b.logIndex);
}

function decode(log: RawLog, { hub, memberKeys }: { hub: Address; memberKeys: Address }): BlockEvent[] {
  const { address, logIndex, transactionHash, topics, data } = log;
  const chainLog = { address, topics, data, block: 0, logIndex, transaction: transactionHash, timestamp: 0 };
  const event =
    address === hub.toLowerCase()
      ? decodeHubLog(chainLog)
      : address === memberKeys.toLowerCase()
        ? decodeKeyLog(chainLog)
        : decodeTokenLog(chainLog);
  return event ? [Object.assign(event, { address, logIndex, transactionHash })] : [];
}

interface SentRow {
  hash: Buffer;
  transaction_id: bigint;
  to: Buffer;
  data: Buffer;
  signer: Buffer;
}

/** Receipts of our own transactions in the blocks, by block hash: any attempt's hash may be the one that was mined. */
async function fetchMined(
  { pool }: Pick<Deps, 'pool'>,
  endpoint: PublicClient,
  blocks: readonly RawBlock[],
): Promise<Map<Hex, MinedTransaction[]>> {
  const mined = new Map<Hex, MinedTransaction[]>();
  const blockOf = new Map(
    blocks.flatMap((block) => block.transactions.map((hash) => [hash, block] as const)),
  );
  if (blockOf.size === 0) return mined;
  // Attempts are committed before they are sent, so whatever of ours is in a block is in this table.
  const { rows } = await pool.query<SentRow>(
    `SELECT a.hash, a.transaction_id, t."to", t.data, l.signer FROM relay_attempts a
     JOIN relay_transactions t ON t.id = a.transaction_id JOIN lanes l ON l.id = t.lane_id WHERE a.hash = ANY($1::bytea[])`,
    [[...blockOf.keys()].map(fromHex)],
  );
  await Promise.all(
    rows.map(async (sent) => {
      const transactionId = sent.transaction_id;
      const hex = toHex(sent.hash);
      const block = blockOf.get(hex);
      if (!block) return;
      const answer = await endpoint.request({ method: 'eth_getTransactionReceipt', params: [hex] });
      const receipt = rawReceiptSchema.nullable().parse(answer);
      if (receipt?.blockHash !== block.hash) throw inconsistent('receipts', block.number);
      const { gasUsed, effectiveGasPrice: gasPrice } = receipt;
      const revert = receipt.status === '0x1' ? null : await explainRevert(endpoint, sent, block.number);
      mined.set(block.hash, [
        ...(mined.get(block.hash) ?? []),
        { transactionId, hash: hex, gasUsed, gasPrice, revert },
      ]);
    }),
  );
  return mined;
}

/** Why a transaction reverted, by doing it again on the state after its block; a receipt doesn't say. */
async function explainRevert(endpoint: PublicClient, sent: SentRow, block: bigint): Promise<Reason> {
  const call = { from: toHex(sent.signer), to: toHex(sent.to), data: toHex(sent.data) };
  try {
    await endpoint.request({ method: 'eth_call', params: [call, numberToHex(block)] });
  } catch (error) {
    const revert = revertDataOf(error);
    if (revert !== null) return toReason(revertToError(revert, 'TRANSACTION_REVERTED'));
  }
  return toReason(new DomainError('TRANSACTION_REVERTED'));
}
