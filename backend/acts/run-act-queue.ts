import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { ACTS_LIMIT } from './act.ts';
import { queueActs } from './queue-acts.ts';

/** Hands queued acts to the relay until stopped. */
export const runActQueue = (deps: Deps): Running =>
  runLoop('act queue', async () => (await queueActs(deps)) >= ACTS_LIMIT, {
    intervalMs: deps.config.pollIntervalMs,
    logger: deps.logger,
  });
