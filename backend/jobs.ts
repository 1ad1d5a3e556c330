import { clearSessions } from './sessions/clear-sessions.ts';
import type { Deps, Running } from './shared/deps.ts';

const EVERY_MS = 10 * 60_000;

/** Clears away what has expired, every ten minutes. Any number of processes may do it. */
export async function startJobs(deps: Deps): Promise<Running> {
  let running = Promise.resolve();
  const run = () => {
    running = clearSessions(deps).then(
      (sessions) => deps.logger.debug({ sessions }, 'expired sessions cleared'),
      (err) => deps.logger.warn({ err }, 'expired sessions were not cleared'),
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
