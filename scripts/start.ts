/** npm start: the whole network by one command, with what it needs brought along. `npm start -- --help` explains. */
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../backend/main.ts';
import { build } from './build.ts';
import type { DemoRecord } from './demo/demo-record.ts';
import { startChain } from './embedded/chain.ts';
import { startPostgres } from './embedded/postgres.ts';
import { choosePort, type Service } from './embedded/service.ts';
import { chainFolder, forgetData, postgresFolder, shown, takeDataFolder } from './launch/data-folder.ts';
import { type Keys, openKeys } from './launch/keys.ts';
import type { OpenNetwork } from './launch/open-network.ts';
import { readOptions, type StartOptions, USAGE } from './launch/options.ts';
import { keepProgramPlace } from './launch/program-file.ts';
import { summarise } from './launch/summary.ts';
import { CommandFailure, report } from './shared/failure.ts';
import { say, step } from './shared/progress.ts';
import { ROOT } from './shared/run-tool.ts';

const LOG_LIMIT_BYTES = 50_000_000;

/** What has been started, to be stopped in the opposite order. */
const started: (() => unknown)[] = [];
let stopping: Promise<void> | undefined;

function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const end of started.splice(0).reverse()) await end();
  })();
  return stopping;
}

function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) {
        say('  Still stopping: the database and the chain write down what they have.');
        return;
      }
      say('  Stopping…');
      stop().then(
        () => {
          say('  Stopped.');
          process.exit(0);
        },
        (error: unknown) => {
          report(error);
          process.exit(1);
        },
      );
    });
  }
}

const adoptedNote = ({ adopted, port }: Service) =>
  `port ${port}${adopted ? ', still running from before' : ''}`;

/** Starts a server in a step of its own; it is stopped in its turn even when something else fails while it still starts. */
async function open(label: string, server: () => Promise<Service>): Promise<Service> {
  const opening = step(label, server, adoptedNote);
  started.push(() =>
    opening.then(
      (service) => service.stop(),
      () => {}, // It never ran, and its own step has said why.
    ),
  );
  return opening;
}

async function openDatabase({ data, database }: StartOptions): Promise<string> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) return DATABASE_URL;
  const folder = postgresFolder(data);
  return (await open('PostgreSQL', () => startPostgres({ folder, port: database }))).url;
}

async function openChain({ data, chain }: StartOptions): Promise<string[] | string> {
  const own = process.env.RPC_URL?.split(',').map((url) => url.trim());
  if (own) return own;
  const folder = chainFolder(data);
  return (await open('Chain', () => startChain({ folder, port: chain }))).url;
}

async function openContracts(data: string, chain: string[] | string, keys: Keys): Promise<OpenNetwork> {
  const { openLocalNetwork, openOwnNetwork } = await import('./launch/open-network.ts');
  return step(
    'Contracts',
    () =>
      typeof chain === 'string' ? openLocalNetwork(data, chain, keys) : openOwnNetwork(data, chain, keys),
    ({ deployment }) => `coalition ${deployment.coalition}`,
  );
}

async function openLog(file: string, level: string) {
  const [{ createLogger }, { pino }] = await Promise.all([
    import('../backend/shared/logger.ts'),
    import('pino'),
  ]);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(file, `${file}.old`);
  return createLogger({ level, destination: pino.destination({ dest: file, sync: false, mkdir: true }) });
}

async function runProgram(
  { data, web, logLevel, demo }: StartOptions,
  {
    network,
    keys,
    databaseUrl,
    logFile,
  }: { network: OpenNetwork; keys: Keys; databaseUrl: string; logFile: string },
): Promise<Program> {
  const [{ startProgram }, { configFromEnv }] = await Promise.all([
    import('../backend/main.ts'),
    import('../backend/config.ts'),
  ]);
  const { deployment, rpcUrls, relayKeys, receiptKey, confirmations, stage } = network;
  // Everything else that the program can be told comes from the environment, as it does without this command.
  const place = {
    DATABASE_URL: databaseUrl,
    RPC_URL: rpcUrls.join(','),
    CHAIN_ID: String(deployment.chainId),
    COALITION: deployment.coalition,
    STABLECOIN: deployment.stablecoin,
    DEPLOYED_AT_BLOCK: String(deployment.deployedAtBlock),
    CONFIRMATIONS: String(confirmations),
  };
  keepProgramPlace(data, place);
  const config = configFromEnv({
    ...process.env,
    ...place,
    RELAY_KEYS: relayKeys.join(','),
    RECEIPT_KEY: receiptKey,
    PORT: String(web.port),
    WEB_ROOT: join(ROOT, 'web', 'dist'),
    LOG_LEVEL: logLevel,
    DEMO: String(demo && stage !== undefined),
    SECRETS_KEYS: process.env.SECRETS_KEYS ?? keys.secrets,
    // Whoever tries a demo has the receiver on the same machine.
    WEBHOOKS_TO_LOOPBACK: process.env.WEBHOOKS_TO_LOOPBACK ?? String(demo && stage !== undefined),
  });
  return startProgram(config, { logger: await openLog(logFile, logLevel) });
}

/** The demo's brands, on the chain before the server starts. */
async function openDemo({ data, demo }: StartOptions, network: OpenNetwork): Promise<DemoRecord | undefined> {
  const { stage } = network;
  if (!demo || !stage) return undefined;
  const [{ openDemoRecord }, { openBrands }] = await Promise.all([
    import('./demo/demo-record.ts'),
    import('./demo/open-brands.ts'),
  ]);
  const record = await openDemoRecord(data, stage.deployment.coalition);
  if (record.isOpened) return record;
  return step('Demo brands', () => openBrands({ data, ...stage }, record));
}

/** The demo's tills, members and history, through the running server. */
async function playDemo(data: string, program: Program, record: DemoRecord) {
  const [{ openTills }, { enrolMembers, isPlayed, runDemo }] = await Promise.all([
    import('./demo/open-tills.ts'),
    import('./demo/run-demo.ts'),
  ]);
  const keys = await openTills(program.deps.prisma, data);
  if (!isPlayed(record)) {
    await step('Demo history', () => runDemo(program, { data, keys, record })).catch((error: unknown) => {
      if (stopping) throw error;
      say(`  The demo’s history is not complete, and goes on at the next start. ${(error as Error).message}`);
    });
  }
  return { tills: keys.tills, offices: keys.offices, members: await enrolMembers(program, record) };
}

async function start(options: StartOptions): Promise<void> {
  const { data, web } = options;
  started.push(await takeDataFolder(data));
  await choosePort(web);
  await build();
  if (options.fresh) await step('Forgetting', () => forgetData(data));
  const keys = openKeys(data);
  const [databaseUrl, chain] = await Promise.all([openDatabase(options), openChain(options)]);
  const network = await openContracts(data, chain, keys);
  const record = await openDemo(options, network);
  const logFile = join(data, 'tessera.log');
  const program = await step('API and web', () =>
    runProgram(options, { network, keys, databaseUrl, logFile }),
  );
  started.push(() => program.stop());
  const people = record ? await playDemo(data, program, record) : { tills: {}, offices: {}, members: [] };
  const { chainId, coalition } = network.deployment;
  const rpcUrl = network.rpcUrls[0] ?? '';
  say(summarise({ url: program.url, data, rpcUrl, chainId, coalition, databaseUrl, logFile, ...people }));
}

/** What the backend refuses to start with explains itself too. */
function explain(error: unknown): unknown {
  const { name, message } = error as Error;
  return name === 'ConfigError' || name === 'DomainError' ? new CommandFailure(message) : error;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  stopOnSignals();
  say(`Tessera, kept in ${shown(options.data)}`);
  await start(options);
}

try {
  await main();
} catch (error) {
  if (!stopping) report(explain(error));
  await stop();
  process.exit();
}
