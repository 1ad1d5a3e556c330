import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import type { BenchNetwork } from './network.ts';

/** How long nothing may move before a measurement is given up. */
const STALL_MS = 60_000;

/** Asks the database every 50 ms until `sql` (one row, one column `count`) has reached `count`. @throws CommandFailure when it stands still for a minute */
export async function awaitCount(
  { database: { pool } }: BenchNetwork,
  { label, sql, count }: { label: string; sql: string; count: number },
): Promise<void> {
  const bar = startProgressBar(label);
  try {
    let last = { reached: -1, at: performance.now() };
    for (;;) {
      const reached = Number((await pool.query(sql)).rows[0]?.count ?? 0);
      bar.update(reached, count);
      if (reached >= count) return;
      if (reached !== last.reached) last = { reached, at: performance.now() };
      if (performance.now() - last.at > STALL_MS)
        throw new CommandFailure(`${label}: ${reached} of ${count}, and none for a minute.`);
      await sleep(50);
    }
  } finally {
    bar.stop();
  }
}

/** Waits until batches that a block has are worth as many points: a sum over batches, because counting purchases would be half of the load. */
export const awaitMinted = (network: BenchNetwork, points: number): Promise<void> =>
  awaitCount(network, {
    label: 'Minted points',
    count: points,
    sql: `SELECT coalesce(sum(points), 0) AS count FROM issuance_batches WHERE status IN ('mined', 'final')`,
  });
