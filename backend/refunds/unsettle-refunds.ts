import type { Queryable } from '../database/transact.ts';
import { tellOfRefunds } from '../events/tell-of-refunds.ts';

/** Takes back what blocks above `ancestor` refunded: it is on its way again. */
export async function unsettleRefunds(tx: Queryable, ancestor: bigint): Promise<void> {
  const { rows } = await tx.query<{ id: bigint }>(
    `UPDATE refunds SET status = CASE WHEN transaction_id IS NULL THEN 'ready' ELSE 'sent' END::refund_status, restored = NULL, value = NULL,
       mined_block = NULL, mined_hash = NULL, updated_at = now() WHERE mined_block > $1 RETURNING id`,
    [ancestor],
  );
  await tellOfRefunds(
    tx,
    rows.map(({ id }) => id),
    'undone',
  );
}
