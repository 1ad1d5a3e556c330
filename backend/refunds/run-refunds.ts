import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { queueRefunds } from './queue-refunds.ts';

/** Hands refunds to the relay until stopped. Any number may run on one database. */
export function runRefunds(deps: Deps): Running {
  const turn = async () => {
    const queued = await queueRefunds(deps);
    if (queued > 0) deps.hints.give('outbox');
    return queued > 0;
  };
  return runLoop('refunds', turn, { intervalMs: deps.config.pollIntervalMs, logger: deps.logger });
}
