import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** Returns with their signatures, what they left the member owing, and what has paid it. */
export const returnsData: PersonalSection = {
  name: 'returns',
  tables: ['purchase_returns', 'brand_debts', 'debt_repayments'],
  read: readRows(
    `SELECT * FROM (SELECT row_number() OVER (ORDER BY at, kind, id) AS place, item FROM (
       SELECT t.created_at AS at, 1 AS kind, t.id, jsonb_build_object('kind', 'return', 'partner', t.partner_id, 'id', t.return_id,
         'purchase', p.purchase_id, 'amount', t.amount_minor::text, 'items', t.items, 'points', t.points::text,
         'debt', (t.points - t.pending)::text, 'signedAt', t.signed_at, 'signature', '0x' || encode(t.signature, 'hex')) AS item
         FROM purchase_returns t JOIN purchases p ON p.id = t.purchase_id WHERE t.account = $1
       UNION ALL
       SELECT y.created_at, 2, y.id, jsonb_build_object('kind', 'repayment', 'partner', y.partner_id, 'purchase', p.purchase_id,
         'points', y.points::text, 'at', y.created_at) FROM debt_repayments y JOIN purchases p ON p.id = y.purchase_id WHERE y.account = $1
       UNION ALL
       SELECT d.updated_at, 3, d.partner_id, jsonb_build_object('kind', 'debt', 'partner', d.partner_id, 'points', d.points::text)
         FROM brand_debts d WHERE d.account = $1) rows) s
     WHERE place > $2::bigint ORDER BY place LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: {
    kept: 'Brands have to keep what was returned for the tax office, and debts are paid by points. They stay under the account’s address, without a name.',
  },
};
