import type { Queryable } from '../database/transact.ts';

/** Tells brands what has become of payments of theirs, by id. Called in the transaction that changed them. */
export async function tellOfPayments(
  tx: Queryable,
  ids: readonly string[],
  what: 'held' | 'approved' | 'paid' | 'expired' | 'reopened' | 'cancelled' | 'released',
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO events (type, partner_id, data)
     SELECT 'payment.' || $2::text, p.partner_id, jsonb_build_object('payment', p.id, 'till', p.till_id, 'amount', p.amount_minor::text,
       'currency', p.currency, 'value', p.value::text, 'points', p.points::text, 'signed', a.minimum::text, 'paid', p.paid::text, 'digest', encode(a.digest, 'hex'))
     FROM payments p LEFT JOIN acts a ON a.id = p.act_id WHERE p.id = ANY($1::uuid[]) ORDER BY p.created_at, p.id`,
    [ids, what],
  );
}
