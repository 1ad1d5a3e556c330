import type { Deps } from '../shared/deps.ts';

/** Open → expired for payments whose time has passed; returns how many. Reads judge by the time in any case. */
export async function expirePayments({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE payments SET status = 'expired' WHERE status = 'open' AND expires_at <= $1`,
    [clock.now()],
  );
  return rowCount ?? 0;
}
