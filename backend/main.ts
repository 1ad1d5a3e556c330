import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { runActQueue } from './acts/run-act-queue.ts';
import { createApp } from './app.ts';
import { openChain } from './chain/open-chain.ts';
import { type Config, ConfigError, configFromEnv, type Role, secretsOf } from './config.ts';
import { openDatabase } from './database/database.ts';
import { migrateDatabase } from './database/migrate.ts';
import { openEventFeed } from './events/event-feed.ts';
import './protocol/keccak-native.ts';
import { runIndexer } from './indexer/run-indexer.ts';
import { runIssuer } from './issuance/run-issuer.ts';
import { startJobs } from './jobs.ts';
import { unlockKeys } from './keys/unlock-keys.ts';
import { createPurchaseRecorder } from './purchases/purchase-recorder.ts';
import { runReconciliation } from './reconciliation/run-reconciliation.ts';
import { runRefunds } from './refunds/run-refunds.ts';
import { runRelay } from './relay/run-relay.ts';
import { systemClock } from './shared/clock.ts';
import type { Deps, Running } from './shared/deps.ts';
import { openHints } from './shared/hints.ts';
import { createLogger, type Logger } from './shared/logger.ts';
import { runWebhooks } from './webhooks/run-webhooks.ts';

/** How long a client may take to send the headers of a request; its body has a limit of its own (shared/http/receiving.ts). */
const HEADERS_TIMEOUT_MS = 10_000;

/** A running program; `url` is where its API listens, empty without the role `api`. */
export interface Program extends Running {
  readonly url: string;
  readonly deps: Deps;
}

/**
 * Migrates the database and starts the roles of `config` in this process. `stop` takes no more work, finishes what is in hand, stops the
 * loops and closes every connection; it may be called more than once.
 */
export async function startProgram(
  given: Config,
  options: { logger?: Logger; clock?: Deps['clock'] } = {},
): Promise<Program> {
  const config = await unlockKeys(given);
  const logger = options.logger ?? createLogger({ level: config.logLevel, secrets: secretsOf(config) });
  const applied = await migrateDatabase(config.databaseUrl);
  if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
  const { deps, close } = openDeps(config, { logger, clock: options.clock ?? systemClock });
  const loops: Running[] = [];
  try {
    for (const role of config.roles) {
      const start = LOOPS[role];
      if (start) loops.push(await start(deps));
    }
    const api = config.roles.includes('api') ? await startApi(deps) : null;
    logger.info({ url: api?.url, roles: config.roles }, 'started');
    const stop = runOnce(async () => {
      logger.info('stopping');
      await api?.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      await close();
      logger.info('stopped');
    });
    return { url: api?.url ?? '', deps, stop };
  } catch (error) {
    await Promise.allSettled(loops.map((loop) => loop.stop()));
    await close();
    throw error;
  }
}

/** The loops of each role; `api` is a server and not among them. */
const LOOPS: Partial<Record<Role, (deps: Deps) => Promise<Running>>> = {
  issuer: async (deps) => runTogether(runIssuer(deps), runRefunds(deps)),
  relay: async (deps) => runTogether(runActQueue(deps), runRelay(deps)),
  indexer: async (deps) => runTogether(runReconciliation(deps), runIndexer(deps)),
  webhooks: async (deps) => runWebhooks(deps),
  jobs: startJobs,
};

const runTogether = (...parts: Running[]): Running => ({
  async stop() {
    await Promise.all(parts.map((part) => part.stop()));
  },
});

const runOnce = (work: () => Promise<void>) => {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
};

function openDeps(config: Config, { logger, clock }: Pick<Deps, 'logger' | 'clock'>) {
  const database = openDatabase({
    url: config.databaseUrl,
    maxConnections: config.databaseConnections,
    onError: (err) => logger.warn({ err }, 'a database connection broke'),
  });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const deps: Deps = {
    config,
    network: { chainId: config.chainId, coalition: config.coalition },
    prisma: database.prisma,
    pool: database.pool,
    ...openChain({ rpcUrls: config.rpcUrls, chainId: config.chainId }),
    hints: openHints({ url: config.databaseUrl, pool: database.pool, logger }),
    clock,
    logger,
    metrics,
  };
  const close = async () => {
    await deps.hints.stop();
    await database.close();
  };
  return { deps, close };
}

async function startApi(deps: Deps): Promise<Running & { url: string }> {
  const { config, logger } = deps;
  let stopping = false;
  const recorder = createPurchaseRecorder(deps);
  const feed = openEventFeed(deps);
  const app = createApp(deps, { recorder, feed, isStopping: () => stopping });
  const server = createServer({ requestTimeout: 0, headersTimeout: HEADERS_TIMEOUT_MS }, app);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async stop() {
      stopping = true;
      await feed.stop();
      await closeServer(server, { timeoutMs: config.stopTimeoutMs, logger });
      await recorder.stop();
    },
  };
}

/** Stops listening, lets requests in flight be answered, and cuts what is left after the time-out. */
async function closeServer(server: Server, { timeoutMs, logger }: { timeoutMs: number; logger: Logger }) {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const abort = new AbortController();
  const late = delay(timeoutMs, 'late', { signal: abort.signal }).catch(() => 'aborted');
  if ((await Promise.race([closed, late])) === 'late') {
    logger.warn('requests in flight were cut off');
    server.closeAllConnections();
    await closed;
  }
  abort.abort();
}

/** Runs a program from environment variables until SIGINT or SIGTERM; exits with 1 when it can't start and with 2 on a bad configuration. */
async function runFromEnv(): Promise<void> {
  try {
    const program = await startProgram(configFromEnv(process.env));
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void program.stop().then(() => process.exit(0)));
  } catch (error) {
    const bad = error instanceof ConfigError;
    process.stderr.write(`${bad ? error.message : `The program could not start: ${String(error)}`}\n`);
    process.exit(bad ? 2 : 1);
  }
}

if (import.meta.main) await runFromEnv();
