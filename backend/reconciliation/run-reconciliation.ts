import { Gauge } from 'prom-client';
import { freezeLanes } from '../relay/freeze-lanes.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import type { AccountPlace } from './read-books.ts';
import { type Difference, reconcile } from './reconcile.ts';

const EVERY_MS = 60_000;
const SAMPLE = 200;

const nameOf = ({ what, subject }: Difference) => `${what} of ${subject}`;

/**
 * Compares the database with the chain once, from where the last comparison ended. What differs is looked at a second time, at the block that
 * the indexer has reached by then, so that an endpoint that lied for a moment stops nobody; what differs twice is an alarm by name and
 * freezes the lanes. It is never healed silently.
 */
export function createReconciler(deps: Deps): () => Promise<readonly Difference[]> {
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
  return async () => {
    const first = await reconcile(deps, { sample: SAMPLE, after });
    if (first.block === null) return [];
    const second = first.differences.length > 0 ? await reconcile(deps, { sample: SAMPLE, after }) : first;
    if (second.block === null) return [];
    after = second.next;
    const before = new Set(first.differences.map(nameOf));
    const differences = second.differences.filter((difference) => before.has(nameOf(difference)));
    lastBlock.set(Number(second.block));
    differing.reset();
    for (const difference of differences) {
      differing.inc({ what: difference.what });
      deps.logger.error(
        { alarm: 'RECONCILIATION_DIFFERENCE', block: second.block, ...difference },
        'The database disagrees with the chain: nothing is sent until an operator has looked (npm run operator -- status)',
      );
    }
    const [worst] = differences;
    if (worst) {
      const reason = `RECONCILIATION_DIFFERENCE: ${nameOf(worst)} at block ${second.block} is ${worst.chain} on the chain and ${worst.database} here.`;
      await freezeLanes(deps, { actor: 'reconciliation', reason });
    }
    const { block, compared } = second;
    deps.logger.debug({ block, compared, differences: differences.length }, 'reconciled');
    return differences;
  };
}

/** Compares the database with the chain every minute until stopped. */
export function runReconciliation(deps: Deps): Running {
  const reconcileOnce = createReconciler(deps);
  const turn = async () => {
    await reconcileOnce();
    return false;
  };
  return runLoop('reconciliation', turn, { intervalMs: EVERY_MS, logger: deps.logger });
}
