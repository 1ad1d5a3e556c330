import { clearCounters } from './acts/clear-counters.ts';
import { lapseClaims } from './claims/lapse-claims.ts';
import { clearCodes } from './contacts/clear-codes.ts';
import { forgetEvents } from './events/forget-events.ts';
import { watchReserves } from './partners/watch-reserves.ts';
import { expirePayments } from './payments/expire-payments.ts';
import { clearChallenges } from './sessions/challenges.ts';
import { clearSessions } from './sessions/clear-sessions.ts';
import type { Deps, Running } from './shared/deps.ts';
import { runLoop } from './shared/loop.ts';
import { forgetDeliveries } from './webhooks/forget-deliveries.ts';

const CLEAR_EVERY_MS = 10 * 60_000;
/** Partners are told within this time that a payment has expired, or that their reserve is low. */
const WATCH_EVERY_MS = 2_000;

/** Clears away what has expired, and tells partners what time and money bring about. Any number of processes may do it. */
export async function startJobs(deps: Deps): Promise<Running> {
  const { logger, hints } = deps;
  const clear = async () => {
    const [sessions, , deliveries, events] = await Promise.all([
      clearSessions(deps),
      clearCounters(deps),
      forgetDeliveries(deps),
      forgetEvents(deps),
      clearCodes(deps),
      clearChallenges(deps),
    ]);
    logger.debug({ sessions, deliveries, events }, 'what has expired is cleared away');
    return false;
  };
  const watch = async () => {
    const told = (await expirePayments(deps)) + (await lapseClaims(deps)) + (await watchReserves(deps));
    if (told > 0) hints.give('events');
    return false;
  };
  const loops = [
    runLoop('clearing away', clear, { intervalMs: CLEAR_EVERY_MS, logger }),
    runLoop('watch', watch, { intervalMs: WATCH_EVERY_MS, logger }),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
