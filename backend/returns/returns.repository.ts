/** Returns and the debts that they leave, in PostgreSQL. */
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { PurchaseReturn, ReturnedItem, Sale } from './return.ts';

/** A purchase of which something is to be returned. */
export interface SaleRecord extends Omit<Sale, 'returns'> {
  readonly id: bigint;
  readonly account: Address;
  readonly receiptId: Hex;
}

interface SaleRow {
  id: bigint;
  account: Buffer;
  amount_minor: bigint;
  points: bigint;
  earning_points: bigint | null;
  earning_per_minor: bigint | null;
  items: { line: string; quantity: number; amount: string }[] | null;
  receipt_id: Buffer;
}

/** Locks a partner's purchase for the rest of the transaction, so that its returns come one by one; null when there is none with this id. */
export async function lockSale(
  tx: Queryable,
  { partnerId, purchaseId }: { partnerId: number; purchaseId: string },
): Promise<SaleRecord | null> {
  const { rows } = await tx.query<SaleRow>(
    `SELECT p.id, p.account, p.amount_minor, p.points, p.earning_points, p.earning_per_minor, p.items, r.receipt_id
     FROM purchases p JOIN receipts r ON r.purchase_id = p.id WHERE p.partner_id = $1 AND p.purchase_id = $2
     FOR NO KEY UPDATE OF p`,
    [partnerId, purchaseId],
  );
  const row = rows[0];
  if (!row) return null;
  const { earning_points: points, earning_per_minor: perMinor } = row;
  return {
    id: row.id,
    account: toAddress(row.account),
    amount: row.amount_minor,
    points: row.points,
    earning: points !== null && perMinor !== null ? { points, perMinor } : null,
    items: (row.items ?? []).map(({ line, quantity, amount }) => ({
      line,
      quantity,
      amount: BigInt(amount),
    })),
    receiptId: toHex(row.receipt_id),
  };
}

interface ReturnRow {
  return_id: string;
  purchase_id: string;
  body_hash: Buffer;
  partner_id: number;
  account: Buffer;
  receipt_id: Buffer;
  amount_minor: bigint;
  items: ReturnedItem[] | null;
  points: bigint;
  pending: bigint;
  signed_at: bigint;
  signature: Buffer;
}

const SELECT = `SELECT t.*, p.purchase_id, r.receipt_id FROM purchase_returns t
  JOIN purchases p ON p.id = t.purchase_id JOIN receipts r ON r.purchase_id = p.id`;

const toReturn = (row: ReturnRow): PurchaseReturn => ({
  returnId: row.return_id,
  purchaseId: row.purchase_id,
  bodyHash: row.body_hash,
  partnerId: row.partner_id,
  account: toAddress(row.account),
  receiptId: toHex(row.receipt_id),
  amount: row.amount_minor,
  items: row.items,
  points: row.points,
  pending: row.pending,
  signedAt: Number(row.signed_at),
  signature: toHex(row.signature),
});

/** The returns of a purchase, the oldest first. */
export async function readReturns(tx: Queryable, purchase: bigint): Promise<PurchaseReturn[]> {
  const { rows } = await tx.query<ReturnRow>(`${SELECT} WHERE t.purchase_id = $1 ORDER BY t.id`, [purchase]);
  return rows.map(toReturn);
}

/** A partner's return by the till's id; null when there is none. */
export async function findReturn(
  tx: Queryable,
  { partnerId, returnId }: { partnerId: number; returnId: string },
): Promise<PurchaseReturn | null> {
  const { rows } = await tx.query<ReturnRow>(`${SELECT} WHERE t.partner_id = $1 AND t.return_id = $2`, [
    partnerId,
    returnId,
  ]);
  return rows[0] ? toReturn(rows[0]) : null;
}

/** Writes a return; null when its id is taken. Returns its number. */
export async function insertReturn(
  tx: Queryable,
  purchase: bigint,
  record: PurchaseReturn,
): Promise<bigint | null> {
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO purchase_returns (partner_id, return_id, body_hash, purchase_id, account, amount_minor, items, points, pending, signed_at,
       signature) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11) ON CONFLICT (partner_id, return_id) DO NOTHING RETURNING id`,
    [
      record.partnerId,
      record.returnId,
      record.bodyHash,
      purchase,
      fromHex(record.account),
      record.amount,
      record.items && JSON.stringify(record.items),
      record.points,
      record.pending,
      record.signedAt,
      fromHex(record.signature),
    ],
  );
  return rows[0]?.id ?? null;
}

/** The part of a purchase's points that is in no batch, locked: a batch that closes meanwhile leaves it out. Null when there is none. */
export async function lockAccrual(
  tx: Queryable,
  purchase: bigint,
): Promise<{ id: bigint; points: bigint } | null> {
  const { rows } = await tx.query<{ id: bigint; points: bigint }>(
    'SELECT id, points FROM accruals WHERE purchase_id = $1 AND batch_id IS NULL FOR UPDATE',
    [purchase],
  );
  return rows[0] ?? null;
}

/** Takes points from accruals that the caller has locked; one of which nothing is left goes. */
export async function takeFromAccruals(
  tx: Queryable,
  taken: readonly { id: bigint; points: bigint }[],
): Promise<void> {
  const columns = [taken.map(({ id }) => id.toString()), taken.map(({ points }) => points.toString())];
  const from = 'unnest($1::bigint[], $2::bigint[]) t (id, points)';
  // Before the others are lowered: one that is lowered to what was taken stays.
  await tx.query(
    `DELETE FROM accruals a USING ${from} WHERE a.id = t.id AND a.batch_id IS NULL AND a.points = t.points`,
    columns,
  );
  await tx.query(
    `UPDATE accruals a SET points = a.points - t.points FROM ${from}
     WHERE a.id = t.id AND a.batch_id IS NULL AND a.points > t.points`,
    columns,
  );
}

/** Adds to what a member owes to a brand. */
export const addDebt = (
  tx: Queryable,
  { partnerId, account, points }: { partnerId: number; account: Address; points: bigint },
) =>
  tx.query(
    `INSERT INTO brand_debts (partner_id, account, points) VALUES ($1, $2, $3)
     ON CONFLICT (partner_id, account) DO UPDATE SET points = brand_debts.points + excluded.points, updated_at = now()`,
    [partnerId, fromHex(account), points],
  );

/** Posts a return: out of the member's pending, then debt, back to what the brand has promised. Nothing is posted where no points move. */
export const postReturn = (
  tx: Queryable,
  id: bigint,
  { partnerId, account, points, pending }: PurchaseReturn,
) =>
  tx.query(
    `INSERT INTO ledger_entries (kind, subject, book, partner_id, account, points)
     SELECT 'return', $1::bigint, e.book, $2::int, e.account, e.points
     FROM (VALUES ('promised'::ledger_book, NULL::bytea, $4::bigint), ('pending', $3::bytea, -$5::bigint), ('debt', $3, $5::bigint - $4::bigint))
       e (book, account, points) WHERE e.points <> 0`,
    [id.toString(), partnerId, fromHex(account), points.toString(), pending.toString()],
  );
