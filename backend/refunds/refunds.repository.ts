/** Refunds in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Reason } from '../shared/reason.ts';
import type { Redeemed, Refund, RefundStatus } from './refund.ts';

interface RefundRow {
  id: bigint;
  partner_id: number;
  refund_id: string;
  body_hash: Buffer;
  payment_id: string;
  chain_id: Buffer;
  issuer: number;
  account: Buffer;
  nonce: bigint;
  points: bigint;
  buckets: string;
  status: RefundStatus;
  reason: Reason | null;
  restored: bigint | null;
  value: bigint | null;
  mined_hash: Buffer | null;
  created_at: Date;
}

const toRefund = (row: RefundRow): Refund => ({
  id: row.id,
  partnerId: row.partner_id,
  refundId: row.refund_id,
  bodyHash: row.body_hash,
  paymentId: row.payment_id,
  chainId: toHex(row.chain_id),
  issuer: row.issuer,
  account: toAddress(row.account),
  nonce: Number(row.nonce),
  points: row.points,
  buckets: BigInt(row.buckets),
  status: row.status,
  reason: row.reason,
  restored: row.restored,
  value: row.value,
  transaction: row.mined_hash && toHex(row.mined_hash),
  createdAt: row.created_at,
});

/** A partner's refund by the till's id; null when there is none. */
export async function findRefund(
  tx: Queryable,
  { partnerId, refundId }: { partnerId: number; refundId: string },
): Promise<Refund | null> {
  const { rows } = await tx.query<RefundRow>(
    'SELECT * FROM refunds WHERE partner_id = $1 AND refund_id = $2',
    [partnerId, refundId],
  );
  return rows[0] ? toRefund(rows[0]) : null;
}

/** The refunds of a payment, the oldest first. */
export async function readRefunds(tx: Queryable, paymentId: string): Promise<Refund[]> {
  const sql = 'SELECT * FROM refunds WHERE payment_id = $1 ORDER BY id';
  return (await tx.query<RefundRow>(sql, [paymentId])).rows.map(toRefund);
}

/** Lets one refund of a payment in at a time, for the rest of the transaction. */
export const lockPayment = (tx: Queryable, paymentId: string) =>
  tx.query('SELECT FROM payments WHERE id = $1 FOR NO KEY UPDATE', [paymentId]);

/** The redemption that paid a payment, with what is on its way back. */
export interface PaidBy extends Redeemed {
  readonly issuer: number;
  readonly account: Buffer;
  readonly nonce: bigint;
}

/**
 * The redemption that paid a payment; null when the indexer knows of none. What is left and what is on its way are read at one moment: a refund
 * that is mined meanwhile is in exactly one of them.
 */
export async function findRedemption(tx: Queryable, paymentId: string): Promise<PaidBy | null> {
  const { rows } = await tx.query<{
    issuer: number;
    account: Buffer;
    nonce: bigint;
    taken: string;
    left: string;
    underway: string[];
  }>(
    `SELECT r.partner_id AS issuer, r.account, r.nonce, r.taken, r."left", ARRAY(
       SELECT f.buckets::text FROM refunds f WHERE f.partner_id = r.acceptor AND f.issuer = r.partner_id AND f.account = r.account
         AND f.nonce = r.nonce AND f.status NOT IN ('mined', 'final', 'failed')) AS underway
     FROM payments p JOIN redemptions r ON r.ref = p.ref AND r.acceptor = p.partner_id
     WHERE p.id = $1 ORDER BY r.block LIMIT 1`,
    [paymentId],
  );
  const row = rows[0];
  if (!row) return null;
  return { ...row, taken: BigInt(row.taken), left: BigInt(row.left), underway: row.underway.map(BigInt) };
}

/** Writes a refund; null when its id is taken. */
export async function insertRefund(
  tx: Queryable,
  refund: Pick<
    Refund,
    'partnerId' | 'refundId' | 'bodyHash' | 'paymentId' | 'chainId' | 'issuer' | 'points' | 'buckets'
  > & { account: Buffer; nonce: bigint },
): Promise<Refund | null> {
  const { rows } = await tx.query<RefundRow>(
    `INSERT INTO refunds (partner_id, refund_id, body_hash, payment_id, chain_id, issuer, account, nonce, points, buckets)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partner_id, refund_id) DO NOTHING RETURNING *`,
    [
      refund.partnerId,
      refund.refundId,
      refund.bodyHash,
      refund.paymentId,
      fromHex(refund.chainId),
      refund.issuer,
      refund.account,
      refund.nonce,
      refund.points,
      refund.buckets.toString(),
    ],
  );
  return rows[0] ? toRefund(rows[0]) : null;
}

/** Refunds whose transaction has failed are ready again, with its reason until the next verdict. Events have settled those that were made. */
export const releaseFailed = (tx: Queryable) =>
  tx.query(
    `UPDATE refunds f SET status = 'ready', transaction_id = NULL, reason = t.reason, updated_at = now()
     FROM relay_transactions t WHERE t.id = f.transaction_id AND t.status = 'failed' AND f.status IN ('queued', 'sent')`,
  );

/**
 * Refunds without a transaction whose redemption is final, the oldest first; one that waits is looked at again after `retryMs`. A redemption
 * that a reorg may yet undo is not refunded: the points would come back twice.
 */
export async function readReadyRefunds(
  tx: Queryable,
  { limit, retryMs }: { limit: number; retryMs: number },
): Promise<Refund[]> {
  const { rows } = await tx.query<RefundRow>(
    `SELECT f.* FROM refunds f JOIN redemptions r ON r.partner_id = f.issuer AND r.account = f.account AND r.nonce = f.nonce
     WHERE r.block <= (SELECT final FROM indexer_cursor)
       AND (f.status = 'ready' OR f.status = 'waiting' AND f.updated_at < now() - $2 * interval '1 millisecond') ORDER BY f.id LIMIT $1`,
    [limit, retryMs],
  );
  return rows.map(toRefund);
}

/** Ready or waiting → queued, in a transaction of the relay. False when another process was first. */
export async function markQueued(tx: Queryable, id: bigint, transactionId: bigint): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE refunds SET status = 'queued', transaction_id = $2, reason = NULL, updated_at = now()
     WHERE id = $1 AND status IN ('ready', 'waiting')`,
    [id, transactionId],
  );
  return rowCount === 1;
}

/** Ready or waiting → waiting or failed, with the reason. True when that is news. */
export async function markRefused(
  tx: Queryable,
  id: bigint,
  { status, reason }: { status: 'waiting' | 'failed'; reason: Reason },
): Promise<boolean> {
  const { rows } = await tx.query<{ news: boolean }>(
    `UPDATE refunds f SET status = $2::refund_status, reason = $3::jsonb, updated_at = now()
     FROM (SELECT id, status, reason FROM refunds WHERE id = $1 FOR UPDATE) old
     WHERE f.id = old.id AND old.status IN ('ready', 'waiting')
     RETURNING old.status::text <> $2 OR old.reason->>'code' IS DISTINCT FROM $3::jsonb->>'code' AS news`,
    [id, status, JSON.stringify(reason)],
  );
  return rows[0]?.news ?? false;
}
