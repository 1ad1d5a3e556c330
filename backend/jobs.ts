import { clearCounters } from './acts/clear-counters.ts';
import { expirePayments } from './payments/expire-payments.ts';
import { clearSessions } from './sessions/clear-sessions.ts';
import type { Deps, Running } from './shared/deps.ts';

const EVERY_MS = 10 * 60_000;

/** Clears away what has expired, every ten minutes. Any number of processes may do it. */
export async function startJobs(deps: Deps): Promise<Running> {
  let running = Promise.resolve();
  const run = () => {
    running = Promise.all([clearSessions(deps), expirePayments(deps), clearCounters(deps)]).then(
      ([sessions, payments]) => deps.logger.debug({ sessions, payments }, 'what has expired is cleared away'),
      (err) => deps.logger.warn({ err }, 'what has expired was not cleared away'),
    );
  };
  const timer = setInterval(run, EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
