import type { Deps } from '../shared/deps.ts';

const KEPT_DAYS = 7;

/** Forgets the sponsor counters of days past; returns how many. */
export async function clearCounters({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM sponsor_counters WHERE day < $1::date - $2::int', [
    clock.now().toISOString().slice(0, 10),
    KEPT_DAYS,
  ]);
  return rowCount ?? 0;
}
