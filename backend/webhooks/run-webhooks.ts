import { Counter, Gauge } from 'prom-client';
import { transact } from '../database/transact.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { runLoop } from '../shared/loop.ts';
import { createSealer } from '../shared/seal.ts';
import { deliver } from './deliver.ts';
import {
  type Claim,
  claimDue,
  isAnythingDue,
  lockDueEndpoints,
  readClaims,
} from './deliveries.repository.ts';
import { createSender, type Resolve } from './send-request.ts';

/** How often the table is looked at when no hint came. */
const LOOK_MS = 1_000;
/** Deliveries that one process has under way at once. */
const MAX_UNDER_WAY = 256;
/** A metric counts up to so many of one endpoint. */
const MAX_COUNTED = 10_000;
/** Endpoints that are locked in one turn. */
const ENDPOINTS_AT_ONCE = 256;
/** What a lease lasts longer than the attempt: writing the outcome down, and clocks that differ. */
const LEASE_MARGIN_MS = 5_000;

/**
 * Sends webhooks until stopped. Any number may run on one database. Endpoints have their own few places, so a slow one delays nobody else;
 * a stop cuts off what is under way, and it is sent again under the same id.
 */
export function runWebhooks(deps: Deps, options: { resolve?: Resolve } = {}): Running {
  const { config, logger, hints } = deps;
  // Nobody can have made a webhook without a key to keep its secret under.
  if (config.secretsKeys.length === 0) return { stop: async () => {} };
  const sealer = createSealer(config.secretsKeys);
  const sender = createSender({
    timeoutMs: config.webhookTimeoutMs,
    toLoopback: config.webhooksToLoopback,
    connectionsPerHost: config.webhookConcurrency,
    ...options,
  });
  const attempts = measure(deps);
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let wake = () => {};

  const send = async (claim: Claim) => {
    try {
      const result = await deliver(deps, claim, { sender, sealer, stopping: stopping.signal });
      if (result) attempts.inc({ outcome: String(result.status ?? result.error) });
    } catch (err) {
      // Its lease ends, and then it is sent again.
      logger.error({ err, delivery: claim.id }, 'a webhook was not settled');
    }
  };
  const turn = async () => {
    const room = MAX_UNDER_WAY - underWay.size;
    if (room <= 0) return false;
    const claims = await claim(deps, room);
    for (const each of claims) {
      const work = send(each).finally(() => {
        underWay.delete(work);
        wake();
      });
      underWay.add(work);
    }
    return claims.length > 0;
  };
  const loop = runLoop('webhooks', turn, {
    intervalMs: LOOK_MS,
    logger,
    onHint: (listener) => {
      wake = listener;
      return hints.on('events', listener);
    },
  });
  return {
    async stop() {
      await loop.stop();
      stopping.abort();
      await Promise.all(underWay);
      await sender.close();
    },
  };
}

async function claim(
  { pool, clock, config }: Pick<Deps, 'pool' | 'clock' | 'config'>,
  limit: number,
): Promise<Claim[]> {
  const now = clock.now();
  if (!(await isAnythingDue(pool, now))) return [];
  const ids = await transact(pool, async (tx) => {
    const endpoints = await lockDueEndpoints(tx, now, ENDPOINTS_AT_ONCE);
    if (endpoints.length === 0) return [];
    const lease = new Date(now.getTime() + config.webhookTimeoutMs + LEASE_MARGIN_MS);
    return claimDue(tx, endpoints, { now, lease, concurrency: config.webhookConcurrency, limit });
  });
  return ids.length > 0 ? readClaims(pool, ids) : [];
}

function measure({ pool, metrics }: Pick<Deps, 'pool' | 'metrics'>): Counter {
  const registers = [metrics];
  new Gauge({
    name: 'tessera_webhook_deliveries',
    help: 'Deliveries that are not done, by status',
    labelNames: ['status'],
    registers,
    async collect() {
      this.reset();
      const { rows } = await pool.query<{ status: string; count: number }>(
        `SELECT d.status, count(*)::int AS count FROM webhook_endpoints w, LATERAL (SELECT status FROM webhook_deliveries
           WHERE endpoint_id = w.id AND status IN ('pending', 'dead') LIMIT $1) d GROUP BY d.status`,
        [MAX_COUNTED],
      );
      for (const { status, count } of rows) this.set({ status }, count);
    },
  });
  return new Counter({
    name: 'tessera_webhook_attempts_total',
    help: 'Attempts by HTTP status, or by why there was no answer',
    labelNames: ['outcome'],
    registers,
  });
}
