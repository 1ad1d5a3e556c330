import { Gauge } from 'prom-client';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import type { AccountPlace } from './read-books.ts';
import { reconcile } from './reconcile.ts';

const EVERY_MS = 60_000;
const SAMPLE = 200;

/** Compares the database with the chain every minute until stopped: a difference is an alarm by name, and is never healed silently. */
export function runReconciliation(deps: Deps): Running {
  const registers = [deps.metrics];
  const differing = new Gauge({
    name: 'tessera_reconciliation_differences',
    help: 'What the database had and the chain had not, at the last comparison.',
    labelNames: ['what'],
    registers,
  });
  const lastBlock = new Gauge({
    name: 'tessera_reconciliation_block',
    help: 'The last block that was compared.',
    registers,
  });
  let after: AccountPlace | null = null;
  const turn = async () => {
    const { block, compared, differences, next } = await reconcile(deps, { sample: SAMPLE, after });
    after = next;
    if (block === null) return false;
    lastBlock.set(Number(block));
    differing.reset();
    for (const difference of differences) {
      differing.inc({ what: difference.what });
      deps.logger.error(
        { alarm: 'RECONCILIATION_DIFFERENCE', block, ...difference },
        'The database disagrees with the chain: stop issuing, and rebuild the projections once the cause is known',
      );
    }
    deps.logger.debug({ block, compared, differences: differences.length }, 'reconciled');
    return false;
  };
  return runLoop('reconciliation', turn, { intervalMs: EVERY_MS, logger: deps.logger });
}
