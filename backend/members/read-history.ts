import type { Address } from 'viem';
import { z } from 'zod';
import { type ActKind, refOfRecipient } from '../protocol/acts.ts';
import { fromHex, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { foreignCursor, type PageRequest } from '../shared/pages.ts';

/** How many items a page of history has unless the caller says. */
export const HISTORY_PAGE = 50;

interface HistoryRow {
  kind: 'accrual' | 'return' | 'repayment' | 'refund' | 'gift-received' | ActKind;
  at: Date;
  sort: string;
  partner: number;
  counterparty: number | null;
  points: bigint;
  received: bigint | null;
  value: bigint | null;
  debt: bigint | null;
  status: string;
  reason: unknown;
  receipt: Buffer | null;
  act: string | null;
  voucher: string | null;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.string().max(64)]);

/** Where a page ended, as an opaque text. */
const toCursor = ({ at, sort }: HistoryRow): string =>
  Buffer.from(JSON.stringify([at.toISOString(), sort])).toString('base64url');

/** @throws DomainError REQUEST_INVALID */
function parseCursor(cursor: string): [string, string] {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw foreignCursor(cause);
  }
}

/**
 * One page of what happened to a member's points, newest first: what purchases earned (at the time of the purchase, as much as
 * the receipt says), returns with the points that they took, points that paid a debt instead of being issued, acts, and gifts to the member
 * that are done (both at the time they were sent).
 * `next` is the cursor of the page after, null at the end.
 * @throws DomainError REQUEST_INVALID for a foreign cursor
 */
export async function readHistory(
  { pool }: Pick<Deps, 'pool'>,
  { account, cursor, limit = HISTORY_PAGE }: { account: Address } & PageRequest,
) {
  const before = cursor === undefined ? [null, null] : parseCursor(cursor);
  const { rows } = await pool.query<HistoryRow>(HISTORY_SQL, [
    fromHex(account),
    ...before,
    limit + 1,
    fromHex(refOfRecipient(account)),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(toItem), next: rows.length > limit && last ? toCursor(last) : null };
}

function toItem({ sort: _sort, at, receipt, ...row }: HistoryRow) {
  const facts = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return { ...facts, at: at.toISOString(), ...(receipt && { receipt: toHex(receipt) }) };
}

const HISTORY_SQL = `
  SELECT * FROM (
    SELECT 'accrual' AS kind, p.occurred_at AS at, 'accrual:' || lpad(p.id::text, 20, '0') AS sort, p.partner_id AS partner,
           NULL::int AS counterparty, p.points, NULL::bigint AS received, NULL::bigint AS value, NULL::bigint AS debt,
           CASE WHEN a.id IS NULL THEN 'final' WHEN a.batch_id IS NULL THEN 'accepted' WHEN b.status IN ('ready', 'queued') THEN 'batched'
                ELSE b.status::text END AS status,
           b.reason, r.receipt_id AS receipt, NULL AS act, NULL AS voucher
      FROM purchases p JOIN receipts r ON r.purchase_id = p.id LEFT JOIN accruals a ON a.purchase_id = p.id
      LEFT JOIN issuance_batches b ON b.id = a.batch_id
     WHERE p.account = $1 AND p.points > 0
    UNION ALL
    SELECT 'return', t.created_at, 'return:' || lpad(t.id::text, 20, '0'), t.partner_id, NULL, t.points, NULL, NULL, t.points - t.pending,
           'final', NULL, r.receipt_id, NULL, NULL
      FROM purchase_returns t JOIN receipts r ON r.purchase_id = t.purchase_id
     WHERE t.account = $1
    UNION ALL
    SELECT 'repayment', y.created_at, 'repayment:' || lpad(y.id::text, 20, '0'), y.partner_id, NULL, y.points, NULL, NULL, NULL,
           'final', NULL, r.receipt_id, NULL, NULL
      FROM debt_repayments y JOIN receipts r ON r.purchase_id = y.purchase_id
     WHERE y.account = $1
    UNION ALL
    SELECT 'refund', f.created_at, 'refund:' || lpad(f.id::text, 20, '0'), f.issuer, f.partner_id, coalesce(f.restored, f.points), NULL, f.value,
           NULL, CASE WHEN f.status = 'ready' THEN 'queued' ELSE f.status::text END, f.reason, NULL, NULL, NULL
      FROM refunds f
     WHERE f.account = $1
    UNION ALL
    SELECT c.kind::text, c.created_at, 'act:' || c.id, c.issuer, c.counterparty, c.amount, c.received, c.value, NULL, c.status::text, c.reason,
           NULL, c.id::text, v.code
      FROM acts c LEFT JOIN vouchers v ON v.act_id = c.id
     WHERE c.account = $1
    UNION ALL
    SELECT 'gift-received', g.created_at, 'gift:' || g.id, g.issuer, NULL, g.amount, NULL, NULL, NULL, g.status::text, NULL, NULL, NULL, NULL
      FROM acts g WHERE g.ref = $5 AND g.kind = 'gift' AND g.status IN ('mined', 'final')
  ) AS items
  WHERE $2::timestamptz IS NULL OR (at, sort) < ($2::timestamptz, $3::text)
  ORDER BY at DESC, sort DESC LIMIT $4`;
