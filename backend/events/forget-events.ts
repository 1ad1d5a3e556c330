import type { Deps } from '../shared/deps.ts';
import { deleteOldEvents, mendRestoredEvents } from './events.repository.ts';

/** How long events, and deliveries of them, are kept. */
export const KEEP_EVENTS_MS = 30 * 24 * 60 * 60_000;
const AT_ONCE = 10_000;

/** Forgets events that are older than 30 days; returns how many. A reader who was away for longer is told to look at everything anew. */
export async function forgetEvents({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const before = new Date(clock.now().getTime() - KEEP_EVENTS_MS);
  await mendRestoredEvents(pool);
  let forgotten = 0;
  for (;;) {
    const some = await deleteOldEvents(pool, before, AT_ONCE);
    forgotten += some;
    if (some < AT_ONCE) return forgotten;
  }
}
