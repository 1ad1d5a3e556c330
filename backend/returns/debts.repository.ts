/** What members owe to brands, and how they pay it, in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';

/** Points that a member owes to a brand. */
export interface Debt {
  readonly account: Buffer;
  readonly points: bigint;
}

/** The debts of these accounts at a brand, locked in order. */
export async function lockDebts(
  tx: Queryable,
  { partner, accounts }: { partner: number; accounts: readonly Buffer[] },
): Promise<Debt[]> {
  const { rows } = await tx.query<Debt>(
    `SELECT account, points FROM brand_debts WHERE partner_id = $1 AND account = ANY($2::bytea[]) AND points > 0
     ORDER BY account FOR UPDATE`,
    [partner, accounts],
  );
  return rows;
}

/** Points of one accrual that pay a debt. */
export interface Payment {
  readonly accrual: bigint;
  readonly account: Buffer;
  readonly points: bigint;
}

/** Writes what was paid, posts it (pending → debt) and lowers the debts, which the caller has locked. The accruals are still there. */
export async function writePayments(
  tx: Queryable,
  { partner, payments }: { partner: number; payments: readonly Payment[] },
): Promise<void> {
  const columns = [
    partner,
    payments.map(({ accrual }) => accrual.toString()),
    payments.map(({ points }) => points.toString()),
  ];
  await tx.query(
    `WITH paid AS (
       INSERT INTO debt_repayments (partner_id, account, purchase_id, points)
       SELECT $1::int, a.account, a.purchase_id, t.points FROM unnest($2::bigint[], $3::bigint[]) t (id, points)
         JOIN accruals a ON a.id = t.id ORDER BY a.id RETURNING id, account, points
     )
     INSERT INTO ledger_entries (kind, subject, book, partner_id, account, points)
     SELECT 'repayment', paid.id, side.book, $1::int, paid.account, side.sign * paid.points
     FROM paid, (VALUES ('pending'::ledger_book, -1), ('debt', 1)) side (book, sign)`,
    columns,
  );
  await tx.query(
    `UPDATE brand_debts d SET points = d.points - t.points, updated_at = now()
     FROM (SELECT account, sum(points) AS points FROM unnest($2::bytea[], $3::bigint[]) u (account, points) GROUP BY account) t
     WHERE d.partner_id = $1 AND d.account = t.account`,
    [partner, payments.map(({ account }) => account), payments.map(({ points }) => points.toString())],
  );
}
