import type { Queryable } from '../database/transact.ts';

/** Approved → open for payments whose act came to nothing: another one may pay them, until they expire. */
export const reopenPayments = (tx: Queryable, acts: readonly string[]) =>
  tx.query(
    `UPDATE payments SET status = 'open', act_id = NULL WHERE act_id = ANY($1::uuid[]) AND status = 'approved'`,
    [acts],
  );
