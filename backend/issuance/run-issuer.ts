import { Gauge } from 'prom-client';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { closeBatches } from './close-batches.ts';
import { queueBatches } from './queue-batches.ts';

/** Closes batches and hands them to the relay until stopped. Any number may run on one database. */
export function runIssuer(deps: Deps): Running {
  new Gauge({
    name: 'tessera_issuance_batches',
    help: 'Batches that are not final, by status.',
    labelNames: ['status'],
    registers: [deps.metrics],
    async collect() {
      this.reset();
      const { rows } = await deps.pool.query(
        `SELECT status, count(*)::int AS count FROM issuance_batches WHERE status <> 'final' GROUP BY status`,
      );
      for (const { status, count } of rows) this.set({ status }, count);
    },
  });
  const turn = async () => {
    const closed = await closeBatches(deps);
    const queued = await queueBatches(deps);
    if (queued > 0) deps.hints.give('outbox');
    return queued > 0 || closed > 0;
  };
  return runLoop('issuer', turn, { intervalMs: deps.config.pollIntervalMs, logger: deps.logger });
}
