import type { Pool } from 'pg';
import type { Queryable } from '../database/transact.ts';
import { RECEIPT_COLUMNS, type ReceiptColumns, toReceipt } from '../receipts/receipt.ts';
import type { SignedGroup } from '../receipts/sign-receipts.ts';
import { fromHex, toAddress } from '../shared/bytes.ts';
import { bigintsAsStrings } from '../shared/http/answers.ts';
import type { PurchaseDraft, PurchaseStatus, RecordedPurchase } from './purchase.ts';

interface PurchaseKey {
  readonly partnerId: number;
  readonly purchaseId: string;
}

type PurchaseRow = ReceiptColumns & { body_hash: Buffer };

const toRecorded = (row: PurchaseRow): RecordedPurchase => ({
  partnerId: row.partner_id,
  purchaseId: row.purchase_id,
  bodyHash: row.body_hash,
  account: toAddress(row.account),
  points: row.points,
  receipt: toReceipt(row),
});

/** Those of the given purchases that are recorded already. */
export async function findRecorded(
  pool: Queryable,
  keys: readonly PurchaseKey[],
): Promise<RecordedPurchase[]> {
  const { rows } = await pool.query<PurchaseRow>({
    name: 'find-recorded-purchases',
    text: `SELECT p.body_hash, ${RECEIPT_COLUMNS}
             FROM unnest($1::int[], $2::text[]) AS k(partner_id, purchase_id)
             JOIN purchases p USING (partner_id, purchase_id)
             JOIN receipts r ON r.purchase_id = p.id JOIN receipt_groups g ON g.id = r.group_id`,
    values: [keys.map(({ partnerId }) => partnerId), keys.map(({ purchaseId }) => purchaseId)],
  });
  return rows.map(toRecorded);
}

/** Those of the given ids that belong to purchases which nobody has claimed yet: they have no receipt. */
export async function findUnclaimed(pool: Pool, keys: readonly PurchaseKey[]): Promise<PurchaseKey[]> {
  const { rows } = await pool.query<{ partner_id: number; purchase_id: string }>(
    `SELECT p.partner_id, p.purchase_id FROM unnest($1::int[], $2::text[]) AS k(partner_id, purchase_id)
       JOIN purchases p USING (partner_id, purchase_id) WHERE p.account IS NULL`,
    [keys.map(({ partnerId }) => partnerId), keys.map(({ purchaseId }) => purchaseId)],
  );
  return rows.map((row) => ({ partnerId: row.partner_id, purchaseId: row.purchase_id }));
}

/** Writes a purchase without a member; returns its id, or null when the brand has a purchase with the till's id already. */
export async function insertUnclaimed(
  tx: Queryable,
  purchase: Omit<PurchaseDraft, 'account' | 'actor'> & { receivedAt: Date },
): Promise<bigint | null> {
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO purchases (partner_id, purchase_id, body_hash, amount_minor, currency, occurred_at, received_at, points,
                            earning_points, earning_per_minor, items)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb) ON CONFLICT (partner_id, purchase_id) DO NOTHING RETURNING id`,
    [
      purchase.partnerId,
      purchase.purchaseId,
      purchase.bodyHash,
      purchase.amount.toString(),
      purchase.currency,
      purchase.occurredAt,
      purchase.receivedAt,
      purchase.points.toString(),
      purchase.earning?.points.toString() ?? null,
      purchase.earning?.perMinor.toString() ?? null,
      purchase.items ? JSON.stringify(purchase.items, bigintsAsStrings) : null,
    ],
  );
  return rows[0]?.id ?? null;
}

/** A purchase with what is not in its receipt. A purchase without an accrual has nothing to wait for. */
export interface PurchaseState {
  readonly recorded: RecordedPurchase;
  readonly id: bigint;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly items: readonly object[] | null;
  readonly status: PurchaseStatus;
  readonly reason: unknown;
}

/** One purchase of a partner as it is now; null when the partner has none with this id. */
export async function findPurchaseState(
  pool: Pool,
  { partnerId, purchaseId }: PurchaseKey,
): Promise<PurchaseState | null> {
  const { rows } = await pool.query<PurchaseRow & Omit<PurchaseState, 'recorded'>>(
    `SELECT p.body_hash, ${RECEIPT_COLUMNS}, p.id, p.amount_minor AS amount, p.currency, p.items, b.reason,
            CASE WHEN a.id IS NULL THEN 'final' WHEN a.batch_id IS NULL THEN 'accepted'
                 WHEN b.status IN ('ready', 'queued') THEN 'batched' ELSE b.status::text END AS status
       FROM purchases p JOIN receipts r ON r.purchase_id = p.id JOIN receipt_groups g ON g.id = r.group_id
       LEFT JOIN accruals a ON a.receipt_id = r.receipt_id LEFT JOIN issuance_batches b ON b.id = a.batch_id
      WHERE p.partner_id = $1 AND p.purchase_id = $2`,
    [partnerId, purchaseId],
  );
  const row = rows[0];
  if (!row) return null;
  const { id, amount, currency, items, status, reason } = row;
  return { recorded: toRecorded(row), id, amount, currency, items, status, reason };
}

/** Ids of a purchase and its accrual, drawn ahead so that one statement can write both without joining what it has just written. */
export interface ReservedIds {
  readonly purchase: bigint;
  readonly accrual: bigint;
}

/** Draws ids from the sequences. What is not used leaves a gap, which nothing minds. */
export async function reserveIds(pool: Queryable, count: number): Promise<ReservedIds[]> {
  const sql = `SELECT nextval('purchases_id_seq') AS purchase, nextval('accruals_id_seq') AS accrual FROM generate_series(1, $1)`;
  return (await pool.query<ReservedIds>(sql, [count])).rows;
}

/** Purchases that are written together, all or none: `ids[i]` and the group's i-th receipt belong to `drafts[i]`. */
export interface PurchaseGroup {
  readonly drafts: readonly PurchaseDraft[];
  readonly ids: readonly ReservedIds[];
  readonly signed: SignedGroup;
  readonly receivedAt: Date;
}

/**
 * Writes purchases, accruals, ledger postings, receipts, events and audit entries in one statement, which is one round trip and one transaction.
 * The audit entries come last, because they lock the brands' chains until the commit.
 */
export async function insertPurchases(pool: Pool, group: PurchaseGroup): Promise<void> {
  await pool.query({ name: 'insert-purchases', text: INSERT_SQL, values: valuesOf(group) });
}

/** Gives purchases that have no member to those of the drafts, with all that `insertPurchases` writes; `ids` are then those of the purchases. */
export async function assignPurchases(tx: Queryable, group: PurchaseGroup): Promise<void> {
  await tx.query({ name: 'assign-purchases', text: ASSIGN_SQL, values: valuesOf(group) });
}

function valuesOf({ drafts, ids, signed, receivedAt }: PurchaseGroup): unknown[] {
  const accounts = new Map<string, Buffer>();
  const accountOf = ({ account }: PurchaseDraft) => {
    const known = accounts.get(account) ?? fromHex(account);
    accounts.set(account, known);
    return known;
  };
  return [
    ids.map(({ purchase }) => purchase.toString()),
    ids.map(({ accrual }) => accrual.toString()),
    drafts.map(({ partnerId }) => partnerId),
    drafts.map(({ purchaseId }) => purchaseId),
    drafts.map(({ bodyHash }) => bodyHash),
    drafts.map(accountOf),
    drafts.map(({ amount }) => amount.toString()),
    drafts.map(({ currency }) => currency),
    drafts.map(({ occurredAt }) => occurredAt.toISOString()),
    drafts.map(({ points }) => points.toString()),
    signed.receipts.map(({ receiptId }) => fromHex(receiptId)),
    signed.receipts.map(({ salt }) => fromHex(salt)),
    signed.receipts.map(({ group: { proof } }) => Buffer.concat(proof.map(fromHex))),
    signed.leaves.map((leaf) => Buffer.from(leaf)),
    drafts.map(({ actor }) => actor),
    receivedAt.toISOString(),
    signed.receipts[0]?.chainId ?? 0,
    fromHex(signed.receipts[0]?.coalition ?? '0x'),
    fromHex(signed.root),
    signed.signedAt,
    fromHex(signed.signature),
    fromHex(signed.signer),
    drafts.map(({ earning }) => earning?.points.toString() ?? null),
    drafts.map(({ earning }) => earning?.perMinor.toString() ?? null),
    drafts.map(({ items }) => (items ? JSON.stringify(items, bigintsAsStrings) : null)),
  ];
}

const writingSql = (recorded: string) => `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::bytea[], $6::bytea[], $7::bigint[], $8::text[],
                       $9::timestamptz[], $10::bigint[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::text[],
                       $23::bigint[], $24::bigint[], $25::jsonb[])
    AS t(id, accrual_id, partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, points,
         receipt_id, salt, proof, leaf, actor, earning_points, earning_per_minor, items)
), signed AS (
  INSERT INTO receipt_groups (chain_id, coalition, root, size, signed_at, signature, signer)
  SELECT $17::bigint, $18::bytea, $19::bytea, count(*)::int, $20::bigint, $21::bytea, $22::bytea FROM input RETURNING id
), recorded AS (
  ${recorded}
), earned AS (
  INSERT INTO accruals (id, purchase_id, partner_id, account, points, receipt_id, leaf)
  SELECT accrual_id, id, partner_id, account, points, receipt_id, leaf FROM input WHERE points > 0
), posted AS (
  INSERT INTO ledger_entries (kind, subject, book, partner_id, account, points)
  SELECT 'accrual', i.accrual_id, e.book, i.partner_id, e.account, e.points
    FROM input i CROSS JOIN LATERAL (VALUES ('promised'::ledger_book, NULL::bytea, -i.points), ('pending', i.account, i.points))
      AS e(book, account, points)
   WHERE i.points > 0
), proven AS (
  INSERT INTO receipts (receipt_id, purchase_id, group_id, salt, proof)
  SELECT receipt_id, input.id, signed.id, salt, proof FROM input CROSS JOIN signed
), told AS (
  INSERT INTO events (type, partner_id, account, data)
  SELECT 'purchase.accepted', partner_id, account, jsonb_build_object('purchase', purchase_id, 'amount', amount_minor::text,
           'currency', currency, 'points', points::text, 'receipt', '0x' || encode(receipt_id, 'hex'))
    FROM input
), audited AS (
  INSERT INTO audit_log (partner_id, actor, action, subject, after)
  SELECT partner_id, string_agg(DISTINCT actor, ','), 'purchases.recorded', 'receipts:0x' || encode($19::bytea, 'hex'),
         jsonb_build_object('purchases', count(*), 'points', sum(points)::text)
    FROM input GROUP BY partner_id ORDER BY partner_id
)
SELECT 1`;

const INSERT_SQL = writingSql(
  `INSERT INTO purchases (id, partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, received_at, points,
                         earning_points, earning_per_minor, items)
  SELECT id, partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, $16::timestamptz, points,
         earning_points, earning_per_minor, items FROM input`,
);
// The purchase is there already, received at its own time: only its member is new. (That it has none yet is for a trigger to insist on.)
const ASSIGN_SQL = writingSql(
  `UPDATE purchases SET account = input.account FROM input WHERE purchases.id = input.id AND $16::timestamptz IS NOT NULL`,
);
