import { setTimeout as sleep } from 'node:timers/promises';
import { KEY_CHANGES_LIMIT, queueKeyChanges } from '../member-keys/queue-key-changes.ts';
import { hasUnmined } from '../relay/outbox.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { ACTS_AT_ONCE, queueActs } from './queue-acts.ts';

/**
 * While a transaction of acts waits for its block, the next one gathers acts for so long: a network at rest sends at once, and a busy one
 * shares a transaction's own cost among many.
 */
const GATHER_MS = 100;

/** Hands queued acts and changes of keys to the relay until stopped. */
export function runActQueue(deps: Deps): Running {
  const turn = async (signal: AbortSignal) => {
    if (await hasUnmined(deps.pool, 'acts'))
      await sleep(GATHER_MS, undefined, { signal }).catch(() => undefined);
    const acts = await queueActs(deps);
    const changes = await queueKeyChanges(deps);
    if (acts + changes > 0) deps.hints.give('outbox');
    return acts >= ACTS_AT_ONCE || changes >= KEY_CHANGES_LIMIT;
  };
  return runLoop('act queue', turn, {
    intervalMs: deps.config.pollIntervalMs,
    logger: deps.logger,
    onHint: (wake) => deps.hints.on('acts', wake),
  });
}
