import { transact } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { Deps } from '../shared/deps.ts';

/** Open → expired for payments whose time has passed; returns how many. Reads judge by the time in any case. */
export function expirePayments({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  return transact(pool, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `UPDATE payments SET status = 'expired' WHERE status = 'open' AND expires_at <= $1 RETURNING id`,
      [clock.now()],
    );
    const ids = rows.map(({ id }) => id);
    await tellOfPayments(tx, ids, 'expired');
    return ids.length;
  });
}
