/** The indexer's place in the chain, the headers that prove it, and the hub's events. */
import type { Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import type { Network } from '../protocol/acts.ts';
import { fromHex, toHex } from '../shared/bytes.ts';
import type { Header, IndexedBlock } from './chain-block.ts';

/** How far the chain has been applied. */
export interface Cursor {
  readonly number: bigint;
  readonly hash: Hex;
  readonly genesis: Hex;
  readonly chainId: bigint;
  readonly coalition: Hex;
  /** The last block that counts as final. */
  readonly final: bigint;
  readonly alarm: string | null;
}

/** The cursor; null before the first start. `lock` holds it for the rest of the transaction. */
export async function readCursor(tx: Queryable, { lock = false } = {}): Promise<Cursor | null> {
  const { rows } = await tx.query(
    `SELECT number, hash, genesis, chain_id, coalition, final, alarm FROM indexer_cursor WHERE id = 1 ${lock ? 'FOR UPDATE' : ''}`,
  );
  const row = rows[0];
  if (!row) return null;
  const { number, final, alarm, chain_id: chainId } = row;
  return {
    number,
    final,
    alarm,
    chainId,
    hash: toHex(row.hash),
    genesis: toHex(row.genesis),
    coalition: toHex(row.coalition),
  };
}

/** Starts at a block whose state is empty of us. Does nothing when a cursor is there. */
export async function createCursor(
  tx: Queryable,
  { network, genesis, start }: { network: Network; genesis: Hex; start: Header },
): Promise<void> {
  await tx.query(
    `INSERT INTO indexer_cursor (id, chain_id, coalition, genesis, number, hash, final, highest_seen, updated_at)
     VALUES (1, $1, $2, $3, $4, $5, $4, $4, now()) ON CONFLICT DO NOTHING`,
    [network.chainId, fromHex(network.coalition), fromHex(genesis), start.number, fromHex(start.hash)],
  );
  await insertHeaders(tx, [start]);
}

/** Moves the cursor. The caller holds its lock. */
export async function moveCursor(
  tx: Queryable,
  to: { number: bigint; hash: Hex; final: bigint; highestSeen: bigint },
): Promise<void> {
  await tx.query(
    `UPDATE indexer_cursor SET number = $1, hash = $2, final = $3, highest_seen = $4, updated_at = now()
     WHERE id = 1`,
    [to.number, fromHex(to.hash), to.final, to.highestSeen],
  );
}

/** Stops the indexer until an operator clears it. */
export const raiseAlarm = (tx: Queryable, alarm: string) =>
  tx.query('UPDATE indexer_cursor SET alarm = $1, updated_at = now() WHERE id = 1', [alarm]);

export const insertHeaders = (tx: Queryable, headers: readonly Header[]) =>
  tx.query(
    `INSERT INTO blocks (number, hash, parent_hash, timestamp) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bigint[])
     ON CONFLICT DO NOTHING`,
    [
      headers.map(({ number }) => number.toString()),
      headers.map(({ hash }) => fromHex(hash)),
      headers.map(({ parentHash }) => fromHex(parentHash)),
      headers.map(({ timestamp }) => timestamp.toString()),
    ],
  );

/** Hashes of the blocks that we have applied, from `from` down, at most `limit`. */
export async function readHashes(
  tx: Queryable,
  { from, limit }: { from: bigint; limit: number },
): Promise<{ number: bigint; hash: Hex }[]> {
  const { rows } = await tx.query(
    'SELECT number, hash FROM blocks WHERE number <= $1 ORDER BY number DESC LIMIT $2',
    [from, limit],
  );
  return rows.map(({ number, hash }) => ({ number, hash: toHex(hash) }));
}

const asText = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** Keeps the hub's events. Transfers aren't kept: their sum is in the words, and the chain has them. */
export async function insertEvents(tx: Queryable, blocks: readonly IndexedBlock[]): Promise<void> {
  const rows = blocks.flatMap(({ number, hash, events }) =>
    events.filter(({ eventName }) => eventName !== 'Transfer').map((event) => ({ number, hash, event })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO chain_events (block_hash, log_index, number, address, name, args, transaction_hash)
     SELECT * FROM unnest($1::bytea[], $2::int[], $3::bigint[], $4::bytea[], $5::text[], $6::jsonb[], $7::bytea[])
     ON CONFLICT DO NOTHING`,
    [
      rows.map(({ hash }) => fromHex(hash)),
      rows.map(({ event }) => event.logIndex),
      rows.map(({ number }) => number.toString()),
      rows.map(({ event }) => fromHex(event.address)),
      rows.map(({ event }) => event.eventName),
      rows.map(({ event }) => JSON.stringify(event.args, asText)),
      rows.map(({ event }) => fromHex(event.transactionHash)),
    ],
  );
}

/** Forgets the blocks and events above `ancestor`. */
export async function deleteAbove(tx: Queryable, ancestor: bigint): Promise<void> {
  await tx.query('DELETE FROM chain_events WHERE number > $1', [ancestor]);
  await tx.query('DELETE FROM blocks WHERE number > $1', [ancestor]);
}

/** Forgets headers and journal that no reorg can reach any more. */
export async function prune(tx: Queryable, below: bigint): Promise<void> {
  await tx.query('DELETE FROM undo_journal WHERE block_number < $1', [below]);
  await tx.query('DELETE FROM blocks WHERE number < $1', [below]);
}
