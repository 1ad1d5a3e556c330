import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** What was taken back of purchases. */
export const returnsData: PersonalSection = {
  name: 'returns',
  tables: ['purchase_returns', 'debt_repayments'],
  read: readRows(
    `SELECT r.id AS place, jsonb_build_object('partner', r.partner_id, 'id', r.return_id, 'purchase', p.purchase_id,
       'amount', r.amount_minor::text, 'items', r.items, 'points', r.points::text, 'pending', r.pending::text, 'signedAt', r.signed_at,
       'signature', '0x' || encode(r.signature, 'hex'), 'createdAt', r.created_at) AS item
     FROM purchase_returns r JOIN purchases p ON p.id = r.purchase_id WHERE r.account = $1 AND r.id > $2::bigint ORDER BY r.id LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: { kept: 'Returns belong to the sales, which brands have to keep for the tax office.' },
};

/** What the member owes brands in points. */
export const debtsData: PersonalSection = {
  name: 'debts',
  tables: ['brand_debts'],
  read: readRows(
    `SELECT partner_id AS place, jsonb_build_object('partner', partner_id, 'points', points::text, 'updatedAt', updated_at) AS item
     FROM brand_debts WHERE account = $1 AND partner_id > $2::bigint ORDER BY partner_id LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: { kept: 'What is owed to a brand is paid by what is earned there next.' },
};
