import type { Queryable } from '../database/transact.ts';

/**
 * Tells the acceptor and the member what has become of refunds, by their numbers. `undone` ones had been made in a block that the chain dropped.
 * Called in the transaction that changed them.
 */
export async function tellOfRefunds(
  tx: Queryable,
  ids: readonly bigint[],
  what: 'changed' | 'undone' = 'changed',
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO events (type, partner_id, account, data)
     SELECT 'refund.' || CASE WHEN $2 = 'undone' THEN 'undone' WHEN status = 'ready' THEN 'accepted' ELSE status::text END, partner_id, account,
       jsonb_build_object('payment', payment_id, 'refund', refund_id, 'issuer', issuer, 'points', points::text, 'restored', restored::text,
         'value', value::text, 'reason', reason, 'transaction', '0x' || encode(mined_hash, 'hex'), 'block', mined_block::text)
     FROM refunds WHERE id = ANY($1::bigint[]) ORDER BY id`,
    [ids.map(String), what],
  );
}
