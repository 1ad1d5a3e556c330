import type { Queryable } from '../database/transact.ts';

const idsOf = (ids: readonly bigint[]) => ids.map((id) => id.toString());

const FACTS = `jsonb_build_object('batch', b.number::text, 'members', b.members, 'points', b.points::text, 'reason', b.reason,
    'transaction', '0x' || encode(b.mined_hash, 'hex'), 'block', b.mined_block::text)`;

/** Tells brands that batches of theirs wait, are final, or were undone. Called in the transaction that changed them. */
export async function tellOfBatches(
  tx: Queryable,
  ids: readonly bigint[],
  what: 'waiting' | 'final' | 'undone',
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO events (type, partner_id, data) SELECT 'issuance.' || $2::text, b.partner_id, ${FACTS}
     FROM issuance_batches b WHERE b.id = ANY($1::bigint[]) ORDER BY b.id`,
    [idsOf(ids), what],
  );
}

/** Tells brand and member of every purchase in these batches that its points are issued, or wait. */
export async function tellOfPurchases(
  tx: Queryable,
  ids: readonly bigint[],
  what: 'issued' | 'waiting',
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO events (type, partner_id, account, data)
     SELECT 'purchase.' || $2::text, a.partner_id, a.account, jsonb_build_object('purchase', p.purchase_id, 'points', a.points::text,
       'receipt', '0x' || encode(a.receipt_id, 'hex'), 'batch', b.number::text, 'reason', b.reason,
       'transaction', '0x' || encode(b.mined_hash, 'hex'), 'block', b.mined_block::text)
     FROM issuance_batches b JOIN accruals a ON a.batch_id = b.id JOIN purchases p ON p.id = a.purchase_id
     WHERE b.id = ANY($1::bigint[]) ORDER BY a.id`,
    [idsOf(ids), what],
  );
}
