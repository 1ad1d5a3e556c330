/** Batches whose numbers the chain has given away, and what the chain did under those numbers. */
import type { Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { toHex } from '../shared/bytes.ts';

/** A batch of the chain that is not ours. */
export interface ForeignBatch {
  readonly number: bigint;
  readonly receiptsRoot: Buffer;
  readonly members: number;
  readonly points: bigint;
  readonly block: bigint;
  readonly blockHash: Buffer;
  readonly transaction: Buffer;
  readonly logIndex: number;
}

/** An accrual of a batch that is held. */
export interface HeldAccrual {
  readonly id: bigint;
  readonly account: Buffer;
  readonly points: bigint;
  readonly number: bigint;
}

const FOREIGN = `SELECT (e.args->>'number')::bigint AS number, decode(substr(e.args->>'receiptsRoot', 3), 'hex') AS receipts_root,
    (e.args->>'members')::int AS members, (e.args->>'points')::bigint AS points, e.number AS block, e.transaction_hash AS transaction,
    e.block_hash, e.log_index
  FROM chain_events e WHERE e.name = 'BatchIssued' AND (e.args->>'partner')::int = $1 AND NOT EXISTS (
    SELECT FROM issuance_batches b WHERE b.partner_id = $1 AND b.number = (e.args->>'number')::bigint AND b.status IN ('mined', 'final'))`;

/** The partner's batches that the chain has and we don't, in the order of their numbers. */
export async function readForeign(tx: Queryable, partner: number): Promise<ForeignBatch[]> {
  const { rows } = await tx.query(`${FOREIGN} ORDER BY 1`, [partner]);
  return rows.map(({ receipts_root: receiptsRoot, block_hash: blockHash, log_index: logIndex, ...row }) => ({
    ...row,
    receiptsRoot,
    blockHash,
    logIndex,
  }));
}

/** The token of a partner; null when there is no such partner. */
export async function readToken(tx: Queryable, partner: number): Promise<Hex | null> {
  const { rows } = await tx.query<{ token: Buffer }>('SELECT token FROM partners WHERE id = $1', [partner]);
  return rows[0] ? toHex(rows[0].token) : null;
}

/** The accruals of the partner's batches that are held, the oldest first. */
export async function readHeld(tx: Queryable, partner: number): Promise<HeldAccrual[]> {
  const { rows } = await tx.query<HeldAccrual>(
    `SELECT a.id, a.account, a.points, b.number FROM accruals a JOIN issuance_batches b ON b.id = a.batch_id
     WHERE b.partner_id = $1 AND b.status = 'waiting' AND b.reason->>'code' = 'BATCH_NUMBER_TAKEN' ORDER BY a.id`,
    [partner],
  );
  return rows;
}

/** Accruals are open again: the issuer puts them into a batch under a new number. */
export const reopenAccruals = (tx: Queryable, ids: readonly bigint[]) =>
  tx.query('UPDATE accruals SET batch_id = NULL, leaf_index = NULL WHERE id = ANY($1::bigint[])', [
    ids.map(String),
  ]);

/** Held batches and those that are unknown here become what the chain has under their numbers. */
export async function adoptForeign(
  tx: Queryable,
  { partner, batches, at }: { partner: number; batches: readonly ForeignBatch[]; at: Date },
): Promise<void> {
  await tx.query(
    `DELETE FROM issuance_mints m USING issuance_batches b WHERE b.id = m.batch_id AND b.partner_id = $1 AND b.number = ANY($2::bigint[])`,
    [partner, batches.map(({ number }) => number.toString())],
  );
  await tx.query(
    `INSERT INTO issuance_batches (partner_id, number, status, receipts_root, members, points, mined_block, mined_hash, resolved_at)
     SELECT $1, n.*, $8 FROM (SELECT number, 'mined'::batch_status, root, members, points, block, hash FROM
       unnest($2::bigint[], $3::bytea[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[]) u (number, root, members, points, block, hash)) n
     ON CONFLICT (partner_id, number) DO UPDATE SET status = 'mined', reason = NULL, transaction_id = NULL,
       receipts_root = excluded.receipts_root, members = excluded.members, points = excluded.points, mined_block = excluded.mined_block,
       mined_hash = excluded.mined_hash, resolved_at = excluded.resolved_at, updated_at = now()`,
    [
      partner,
      batches.map(({ number }) => number.toString()),
      batches.map(({ receiptsRoot }) => receiptsRoot),
      batches.map(({ members }) => members),
      batches.map(({ points }) => points.toString()),
      batches.map(({ block }) => block.toString()),
      batches.map(({ transaction }) => transaction),
      at,
    ],
  );
}
