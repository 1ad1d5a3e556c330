import { KEY_CHANGES_LIMIT, queueKeyChanges } from '../member-keys/queue-key-changes.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { ACTS_LIMIT } from './act.ts';
import { queueActs } from './queue-acts.ts';

/** Hands queued acts and changes of keys to the relay until stopped. */
export function runActQueue(deps: Deps): Running {
  const turn = async () => {
    const acts = await queueActs(deps);
    const changes = await queueKeyChanges(deps);
    if (acts + changes > 0) deps.hints.give('outbox');
    return acts >= ACTS_LIMIT || changes >= KEY_CHANGES_LIMIT;
  };
  return runLoop('act queue', turn, {
    intervalMs: deps.config.pollIntervalMs,
    logger: deps.logger,
    onHint: (wake) => deps.hints.on('acts', wake),
  });
}
