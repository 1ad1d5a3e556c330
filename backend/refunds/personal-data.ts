import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** Points that brands gave back. */
export const refundsData: PersonalSection = {
  name: 'refunds',
  tables: ['refunds', 'redemptions'],
  read: readRows(
    `SELECT f.id AS place, jsonb_build_object('partner', f.partner_id, 'id', f.refund_id, 'payment', f.payment_id, 'issuer', f.issuer,
       'points', f.points::text, 'status', f.status, 'restored', f.restored::text, 'value', f.value::text, 'at', f.created_at) AS item
     FROM refunds f WHERE f.account = $1 AND f.id > $2::bigint ORDER BY f.id LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: { kept: 'The chain has them for ever, and the brand has to keep what it paid back.' },
};
