import type { Queryable } from '../database/transact.ts';

/** Tells brand and member of a return, by its number. Called in the transaction that wrote it. */
export const tellOfReturn = (tx: Queryable, id: bigint) =>
  tx.query(
    `INSERT INTO events (type, partner_id, account, data)
     SELECT 'purchase.returned', t.partner_id, t.account, jsonb_build_object('purchase', p.purchase_id, 'return', t.return_id,
       'amount', t.amount_minor::text, 'currency', p.currency, 'points', t.points::text, 'debt', (t.points - t.pending)::text)
     FROM purchase_returns t JOIN purchases p ON p.id = t.purchase_id WHERE t.id = $1`,
    [id.toString()],
  );

/** Tells brand and members that what they earned has paid a debt, and what is left of it. Called in the transaction in which it did. */
export const tellOfRepayments = (
  tx: Queryable,
  {
    partner,
    accounts,
    payments,
  }: {
    partner: number;
    accounts: readonly Buffer[];
    payments: readonly { readonly account: Buffer; readonly points: bigint }[];
  },
) =>
  tx.query(
    `INSERT INTO events (type, partner_id, account, data)
     SELECT 'debt.repaid', $1::int, d.account, jsonb_build_object('points', t.points::text, 'left', d.points::text)
     FROM brand_debts d JOIN (SELECT account, sum(points) AS points FROM unnest($3::bytea[], $4::bigint[]) u (account, points) GROUP BY account) t
       ON t.account = d.account WHERE d.partner_id = $1 AND d.account = ANY($2::bytea[]) ORDER BY d.account`,
    [
      partner,
      accounts,
      payments.map(({ account }) => account),
      payments.map(({ points }) => points.toString()),
    ],
  );
