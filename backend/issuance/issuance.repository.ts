/** Accruals, batches and mints in PostgreSQL, by sets. */
import type { Queryable } from '../database/transact.ts';
import { toAddress, toHex } from '../shared/bytes.ts';
import type { Reason } from '../shared/reason.ts';
import { Points } from '../shared/units.ts';
import type { Batch, Mint, OpenAccrual } from './issuance-batch.ts';

/** Batches of a partner that may wait at once; accruals beyond them stay open, so that a brand without money doesn't make one a second. */
const WAITING_LIMIT = 4;

/** A new database numbers its first batch after the chain's last, so it waits until the indexer is this near to the chain's head. */
const CAUGHT_UP_BLOCKS = 8;

/** The partners of which a batch is due: enough open accruals, or one that has waited since `before`. */
export async function readDuePartners(
  tx: Queryable,
  { count, before }: { count: number; before: Date },
): Promise<number[]> {
  const { rows } = await tx.query<{ partner_id: number }>(
    `SELECT p.partner_id FROM partner_programmes p, LATERAL (
       SELECT count(*) AS count, min(id) AS first FROM (
         SELECT id FROM accruals WHERE batch_id IS NULL AND partner_id = p.partner_id ORDER BY id LIMIT $1) few) open
     WHERE open.count > 0
       AND (open.count >= $1 OR EXISTS (SELECT FROM accruals a JOIN purchases u ON u.id = a.purchase_id
         WHERE a.id = open.first AND u.received_at <= $2))
       AND (SELECT count(*) FROM issuance_batches b WHERE b.partner_id = p.partner_id AND b.status IN ('ready', 'waiting')) < $3
       AND (EXISTS (SELECT FROM issuance_batches b WHERE b.partner_id = p.partner_id) OR EXISTS (
         SELECT FROM partners q, indexer_cursor c WHERE q.id = p.partner_id AND c.number >= c.highest_seen - $4::int))
     ORDER BY p.partner_id`,
    [count, before, WAITING_LIMIT, CAUGHT_UP_BLOCKS],
  );
  return rows.map(({ partner_id }) => partner_id);
}

/** Locks a partner's sequence for the rest of the transaction; false while another process has it. Purchases go on meanwhile. */
export async function lockPartner(tx: Queryable, partner: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'SELECT FROM partner_programmes WHERE partner_id = $1 FOR NO KEY UPDATE SKIP LOCKED',
    [partner],
  );
  return rowCount === 1;
}

/**
 * The oldest open accruals of a partner whose sequence the caller has locked, locked too: enough for a batch of `members`, or `limit` of them.
 * Most members buy once before their batch is closed, so as many accruals as members are looked at first.
 */
export async function readOpenAccruals(
  tx: Queryable,
  partner: number,
  { members, limit }: { members: number; limit: number },
): Promise<OpenAccrual[]> {
  for (const some of [Math.min(members, limit), limit]) {
    const { rows } = await tx.query<OpenAccrual>(
      `SELECT id, account, points, leaf FROM accruals WHERE batch_id IS NULL AND partner_id = $1 ORDER BY id LIMIT $2
       FOR UPDATE SKIP LOCKED`,
      [partner, some],
    );
    const accounts = new Set(rows.map(({ account }) => account.toString('hex')));
    if (some === limit || rows.length < some || accounts.size >= members) return rows;
  }
  return [];
}

/** What a batch is made of. */
export interface NewBatch {
  readonly partner: number;
  readonly receiptsRoot: Buffer;
  readonly accruals: readonly OpenAccrual[];
  readonly mints: ReadonlyMap<string, bigint>;
}

/**
 * Writes a batch under the number after the partner's last one here; a database without any begins after the chain's last. Returns its number.
 * Batches of the chain that are unknown here are never numbered past: this may be a restored backup, and its accruals issued already.
 */
export async function insertBatch(
  tx: Queryable,
  { partner, receiptsRoot, accruals, mints }: NewBatch,
): Promise<bigint> {
  const points = [...mints.values()].reduce((sum, amount) => sum + amount, 0n);
  const { rows } = await tx.query<{ id: bigint; number: bigint }>(
    `INSERT INTO issuance_batches (partner_id, number, receipts_root, members, points)
     SELECT $1, coalesce((SELECT max(number) FROM issuance_batches WHERE partner_id = $1),
       (SELECT last_batch FROM partners WHERE id = $1), 0) + 1, $2, $3, $4 RETURNING id, number`,
    [partner, receiptsRoot, mints.size, points],
  );
  const [batch] = rows;
  if (!batch) throw new RangeError('INSERT … RETURNING returned nothing');
  const { rowCount } = await tx.query(
    `UPDATE accruals a SET batch_id = $1, leaf_index = t.index - 1 FROM unnest($2::bigint[]) WITH ORDINALITY t (id, index)
     WHERE a.id = t.id AND a.batch_id IS NULL`,
    [batch.id, accruals.map(({ id }) => id.toString())],
  );
  if (rowCount !== accruals.length)
    throw new RangeError(`${rowCount} of ${accruals.length} accruals were open`);
  await tx.query(
    'INSERT INTO issuance_mints (batch_id, account, amount) SELECT $1, * FROM unnest($2::bytea[], $3::bigint[])',
    [
      batch.id,
      [...mints.keys()].map((account) => Buffer.from(account, 'hex')),
      [...mints.values()].map(String),
    ],
  );
  return batch.number;
}

/** The points of a batch's accruals, oldest first. */
export async function readAccrualPoints(tx: Queryable, { id }: Pick<Batch, 'id'>): Promise<bigint[]> {
  const { rows } = await tx.query<{ points: bigint }>(
    'SELECT points FROM accruals WHERE batch_id = $1 ORDER BY leaf_index',
    [id.toString()],
  );
  return rows.map(({ points }) => points);
}

/**
 * Takes a batch and all of the partner's after it apart: their accruals are open again, and their numbers free. False, and nothing done, when
 * one of them was handed to the relay at any time. The caller has locked the partner.
 */
export async function dissolveBatches(
  tx: Queryable,
  { partner, number }: Pick<Batch, 'partner' | 'number'>,
): Promise<boolean> {
  const { rows } = await tx.query<{ id: bigint; free: boolean }>(
    `SELECT id, NOT was_queued AND status IN ('ready', 'waiting') AS free FROM issuance_batches
     WHERE partner_id = $1 AND number >= $2 FOR UPDATE`,
    [partner, number.toString()],
  );
  if (rows.length === 0 || rows.some(({ free }) => !free)) return false;
  const ids = [rows.map(({ id }) => id.toString())];
  await tx.query(
    'UPDATE accruals SET batch_id = NULL, leaf_index = NULL WHERE batch_id = ANY($1::bigint[])',
    ids,
  );
  await tx.query('DELETE FROM issuance_mints WHERE batch_id = ANY($1::bigint[])', ids);
  await tx.query('DELETE FROM issuance_batches WHERE id = ANY($1::bigint[])', ids);
  return true;
}

/** Batches whose transaction has failed are ready again; the reason stays until the next verdict. Events have settled the minted ones. */
export const releaseFailed = (tx: Queryable) =>
  tx.query(
    `UPDATE issuance_batches b SET status = 'ready', transaction_id = NULL, reason = t.reason, updated_at = now()
     FROM relay_transactions t WHERE t.id = b.transaction_id AND t.status = 'failed' AND b.status IN ('queued', 'sent')`,
  );

/**
 * Settles batches whose number the chain has given away. The very batch (by its receipts root) is mined: a restored backup had forgotten it.
 * Any other waits for an operator, because what it holds may have been issued in a forgotten past. Returns the ids of both.
 */
export async function settleTaken(
  tx: Queryable,
  reason: Reason,
): Promise<{ mined: bigint[]; held: bigint[] }> {
  const taken = await tx.query<{ id: bigint }>(
    `SELECT b.id FROM issuance_batches b JOIN partners p ON p.id = b.partner_id
     WHERE b.status IN ('ready', 'waiting') AND b.number <= p.last_batch AND b.reason IS DISTINCT FROM $1::jsonb`,
    [JSON.stringify(reason)],
  );
  if (taken.rows.length === 0) return { mined: [], held: [] };
  const ids = taken.rows.map(({ id }) => id.toString());
  const mined = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches b SET status = 'mined', reason = NULL, mined_block = e.number, mined_hash = e.transaction_hash, updated_at = now()
     FROM chain_events e WHERE b.id = ANY($1::bigint[]) AND b.status IN ('ready', 'waiting') AND e.name = 'BatchIssued'
       AND (e.args->>'partner')::int = b.partner_id AND (e.args->>'number')::bigint = b.number
       AND e.args->>'receiptsRoot' = '0x' || encode(b.receipts_root, 'hex') RETURNING b.id`,
    [ids],
  );
  const held = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches SET status = 'waiting', reason = $2::jsonb, updated_at = now()
     WHERE id = ANY($1::bigint[]) AND status IN ('ready', 'waiting') RETURNING id`,
    [ids, JSON.stringify(reason)],
  );
  return { mined: mined.rows.map(({ id }) => id), held: held.rows.map(({ id }) => id) };
}

/** A batch that has no transaction, with why it waited. */
export interface ReadyBatch extends Batch {
  readonly reason: Reason | null;
}

/** Batches without a transaction, each brand's in the order of their numbers. */
export async function readReadyBatches(tx: Queryable, limit: number): Promise<ReadyBatch[]> {
  const { rows } = await tx.query(
    `SELECT id, partner_id, number, receipts_root, members, points, reason FROM issuance_batches
     WHERE status IN ('ready', 'waiting') ORDER BY partner_id, number LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    id: row.id,
    partner: row.partner_id,
    number: row.number,
    receiptsRoot: toHex(row.receipts_root),
    members: row.members,
    points: Points.of(row.points),
    reason: row.reason,
  }));
}

/** Numbers and points of the batches that are on their way, in the order of their numbers. */
export async function readInFlight(
  tx: Queryable,
): Promise<{ partner: number; number: bigint; points: bigint }[]> {
  const { rows } = await tx.query(
    `SELECT partner_id, number, points FROM issuance_batches WHERE status IN ('queued', 'sent', 'mined') ORDER BY number`,
  );
  return rows.map(({ partner_id: partner, number, points }) => ({ partner, number, points }));
}

/** What the batches mint, by batch id. */
export async function readMints(tx: Queryable, batches: readonly Batch[]): Promise<Map<bigint, Mint[]>> {
  const { rows } = await tx.query(
    'SELECT batch_id, account, amount FROM issuance_mints WHERE batch_id = ANY($1::bigint[]) ORDER BY batch_id, account',
    [batches.map(({ id }) => id.toString())],
  );
  const mints = new Map<bigint, Mint[]>(batches.map(({ id }) => [id, []]));
  for (const { batch_id, account, amount } of rows)
    mints.get(batch_id)?.push({ account: toAddress(account), amount });
  return mints;
}

/** Ready or waiting → queued, in one transaction of the relay. False when one of them was taken by another process. */
export async function markQueued(
  tx: Queryable,
  batches: readonly Batch[],
  transactionId: bigint,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE issuance_batches SET status = 'queued', transaction_id = $2, reason = NULL, was_queued = true, updated_at = now()
     WHERE id = ANY($1::bigint[]) AND status IN ('ready', 'waiting')`,
    [batches.map(({ id }) => id.toString()), transactionId],
  );
  return rowCount === batches.length;
}

/**
 * Ready or waiting → waiting, with the reason that partner and member see. Written only when it says something new: returns the ids of those
 * batches, with whether they waited already.
 */
export async function markWaiting(
  tx: Queryable,
  batches: readonly Batch[],
  reason: Reason,
): Promise<{ id: bigint; waited: boolean }[]> {
  const { rows } = await tx.query<{ id: bigint; waited: boolean }>(
    `UPDATE issuance_batches b SET status = 'waiting', reason = $2::jsonb, updated_at = now()
     FROM (SELECT id, status FROM issuance_batches WHERE id = ANY($1::bigint[]) FOR UPDATE) old
     WHERE b.id = old.id AND (old.status = 'ready' OR old.status = 'waiting' AND reason IS DISTINCT FROM $2::jsonb)
     RETURNING b.id, old.status = 'waiting' AS waited`,
    [batches.map(({ id }) => id.toString()), JSON.stringify(reason)],
  );
  return rows;
}

/** The signer that sends batches: the first lane. Null before the relay's first start. */
export async function readIssuer(tx: Queryable, chainId: number) {
  const { rows } = await tx.query<{ signer: Buffer }>(
    'SELECT signer FROM lanes WHERE chain_id = $1 ORDER BY id LIMIT 1',
    [chainId],
  );
  return rows[0] ? toAddress(rows[0].signer) : null;
}
