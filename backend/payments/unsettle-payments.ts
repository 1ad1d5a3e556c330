import type { Queryable } from '../database/transact.ts';

/**
 * Takes back what blocks above `ancestor` paid: a payment is again what it was before. Returns which. Called before their events are forgotten;
 * whoever undoes the acts tells of it.
 */
export async function unsettlePayments(tx: Queryable, ancestor: bigint): Promise<{ id: string }[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE payments p SET paid = NULL, status = CASE WHEN p.closed_at IS NOT NULL AND p.held_until IS NULL THEN 'cancelled'
         WHEN p.closed_at IS NOT NULL THEN 'released' WHEN p.act_id IS NULL THEN 'open'
         WHEN p.manual AND p.captured_at IS NULL AND p.held_until IS NOT NULL THEN 'held' ELSE 'approved' END::payment_status
     FROM chain_events e WHERE e.number > $1 AND e.name = 'Redeemed' AND p.status = 'paid'
       AND p.ref = decode(substr(e.args->>'ref', 3), 'hex') RETURNING p.id`,
    [ancestor],
  );
  return rows;
}
