import type { Queryable } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';

/** Approved → open for payments whose act came to nothing: another one may pay them, until they expire. */
export async function reopenPayments(tx: Queryable, acts: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE payments SET status = 'open', act_id = NULL, held_until = NULL, captured_at = NULL WHERE act_id = ANY($1::uuid[]) AND status = 'approved' RETURNING id`,
    [acts],
  );
  await tellOfPayments(
    tx,
    rows.map(({ id }) => id),
    'reopened',
  );
}
