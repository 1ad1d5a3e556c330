import { FIRST_UUID, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** What the member did with points, with vouchers and the payments that were paid by it. */
export const actsData: PersonalSection = {
  name: 'acts',
  tables: ['acts', 'vouchers', 'payments'],
  read: readRows(
    `SELECT a.id AS place, jsonb_build_object('id', a.id, 'kind', a.kind, 'issuer', a.issuer, 'counterparty', a.counterparty,
       'amount', a.amount::text, 'minimum', a.minimum::text, 'ref', '0x' || encode(a.ref, 'hex'), 'nonce', a.nonce, 'deadline', a.deadline,
       'signature', '0x' || encode(a.signature, 'hex'), 'status', a.status, 'reason', a.reason, 'value', a.value::text,
       'received', a.received::text, 'createdAt', a.created_at, 'voucher', v.code, 'voucherUsedAt', v.used_at,
       'payments', (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'partner', p.partner_id, 'amount', p.amount_minor::text,
         'currency', p.currency, 'status', p.status)) FROM payments p WHERE p.act_id = a.id)) AS item
     FROM acts a LEFT JOIN vouchers v ON v.act_id = a.id WHERE a.account = $1 AND a.id > $2::uuid ORDER BY a.id LIMIT $3`,
    FIRST_UUID,
  ),
  erase: { kept: 'Acts are on the chain, and the brands’ books are settled by them.' },
};
