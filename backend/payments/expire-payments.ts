import { dropHeldActs } from '../acts/held-acts.ts';
import { transact } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/**
 * Open or held → expired for payments whose time has passed, what was held for them included; returns how many. Reads judge by the time in any
 * case.
 */
export function expirePayments({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const now = clock.now();
  return transact(pool, async (tx) => {
    const late = await tx.query<{ act_id: string }>(
      `SELECT act_id FROM payments WHERE status = 'held' AND held_until <= $1`,
      [now],
    );
    // Acts come first wherever both change: a capture at the same moment has the act, or finds it gone.
    const dropped = await dropHeldActs(
      tx,
      late.rows.map((row) => row.act_id),
      new DomainError('ACT_EXPIRED'),
    );
    const { rows } = await tx.query<{ id: string }>(
      `UPDATE payments SET status = 'expired' WHERE (status = 'open' AND expires_at <= $1)
         OR (status = 'held' AND held_until <= $1 AND act_id = ANY($2::uuid[])) RETURNING id`,
      [now, dropped],
    );
    const ids = rows.map(({ id }) => id);
    await tellOfPayments(tx, ids, 'expired');
    return ids.length;
  });
}
