import { Gauge } from 'prom-client';
import { checkDeployment } from '../chain/check-deployment.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { readCursor } from './cursor.repository.ts';
import { createFollower } from './follow-chain.ts';

/** Follows the chain until it is stopped. Any number may run on one database: whoever moves the cursor first has done the work. */
export function runIndexer(deps: Deps): Running {
  const follower = createFollower(deps);
  const registers = [deps.metrics];
  new Gauge({
    name: 'tessera_indexer_block',
    help: 'The last block that is applied.',
    registers,
    async collect() {
      this.set(Number((await readCursor(deps.pool))?.number ?? 0));
    },
  });
  new Gauge({
    name: 'tessera_indexer_alarm',
    help: '1 when the indexer has stopped because the chain forked deeper than it may.',
    registers,
    async collect() {
      this.set((await readCursor(deps.pool))?.alarm ? 1 : 0);
    },
  });
  new Gauge({
    name: 'tessera_indexer_lag_blocks',
    help: 'Blocks between the newest of the chain and the last that is applied, as this process saw it last.',
    registers,
    collect() {
      const lag = follower.lag();
      if (lag !== null) this.set(Number(lag));
    },
  });
  let checked = false;
  const turn = async () => {
    if (!checked) await checkDeployment(deps);
    checked = true;
    const moved = await follower.step();
    if (moved) deps.hints.give('events');
    return moved;
  };
  return runLoop('indexer', turn, {
    intervalMs: deps.config.pollIntervalMs,
    logger: deps.logger,
  });
}
