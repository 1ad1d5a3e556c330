import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { ACTS_LIMIT } from './act.ts';
import { queueActs } from './queue-acts.ts';

/** Hands queued acts to the relay until stopped. */
export function runActQueue(deps: Deps): Running {
  const turn = async () => {
    const moved = await queueActs(deps);
    if (moved > 0) deps.hints.give('outbox');
    return moved >= ACTS_LIMIT;
  };
  return runLoop('act queue', turn, {
    intervalMs: deps.config.pollIntervalMs,
    logger: deps.logger,
    onHint: (wake) => deps.hints.on('acts', wake),
  });
}
