import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** Purchases, what they earned, and their receipts with all that proves them. */
export const purchasesData: PersonalSection = {
  name: 'purchases',
  tables: ['purchases', 'accruals', 'receipts', 'ledger_entries', 'issuance_mints'],
  read: readRows(
    `SELECT p.id AS place, jsonb_build_object('partner', p.partner_id, 'id', p.purchase_id, 'amount', p.amount_minor::text,
       'currency', p.currency, 'occurredAt', p.occurred_at, 'receivedAt', p.received_at, 'points', p.points::text,
       'batch', b.number::text, 'receipt', CASE WHEN r.receipt_id IS NOT NULL THEN jsonb_build_object(
         'receiptId', '0x' || encode(r.receipt_id, 'hex'), 'salt', '0x' || encode(r.salt, 'hex'), 'proof', '0x' || encode(r.proof, 'hex'),
         'root', '0x' || encode(g.root, 'hex'), 'signedAt', g.signed_at, 'signature', '0x' || encode(g.signature, 'hex'),
         'signer', '0x' || encode(g.signer, 'hex')) END) AS item
     FROM purchases p LEFT JOIN receipts r ON r.purchase_id = p.id LEFT JOIN receipt_groups g ON g.id = r.group_id
       LEFT JOIN accruals a ON a.purchase_id = p.id LEFT JOIN issuance_batches b ON b.id = a.batch_id
     WHERE p.account = $1 AND p.id > $2::bigint ORDER BY p.id LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: {
    kept: 'Brands have to keep their sales for the tax office, and points are owed for them. They stay under the account’s address, without a name.',
  },
};
