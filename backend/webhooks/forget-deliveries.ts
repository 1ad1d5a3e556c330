import { KEEP_EVENTS_MS } from '../events/forget-events.ts';
import type { Deps } from '../shared/deps.ts';
import { deleteOldDeliveries } from './deliveries.repository.ts';

const AT_ONCE = 10_000;

/** Forgets deliveries as old as the events that are forgotten, whatever became of them; returns how many. */
export async function forgetDeliveries({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const before = new Date(clock.now().getTime() - KEEP_EVENTS_MS);
  let forgotten = 0;
  for (;;) {
    const some = await deleteOldDeliveries(pool, before, AT_ONCE);
    forgotten += some;
    if (some < AT_ONCE) return forgotten;
  }
}
