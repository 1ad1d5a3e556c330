/** A network to be broken: a PostgreSQL with fsync on, and for each fault a database, a chain and processes of its own. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import type { Address, Hex } from 'viem';
import { encodeFunctionData } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { openDatabase } from '../../backend/database/database.ts';
import { migrateDatabase } from '../../backend/database/migrate.ts';
import { randomPrivateKey } from '../../backend/keys/keystore.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../backend/partners/set-programme.ts';
import { seeded } from '../../test/helpers/faults.ts';
import { type ChainPeople, callChain, deployBrands } from '../bench/network.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { type BlockProducer, produceBlocks } from '../embedded/block-producer.ts';
import { startChain } from '../embedded/chain.ts';
import { connectRpc, type Rpc } from '../embedded/chain-rpc.ts';
import { startPostgres } from '../embedded/postgres.ts';
import type { Service } from '../embedded/service.ts';
import { openProgram, type Program, type ProgramOptions } from './program.ts';

export const BRANDS = 2;
/** Blocks until a block counts as final. */
export const CONFIRMATIONS = 6;
const BLOCK_EVERY_MS = 50;

/** The server that all faults share; each restarts, copies and leaves it running. */
export interface Server {
  readonly folder: string;
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Makes a database, empty or as a copy of another one that nobody is connected to, and gives its URL. */
  createDatabase(name: string, template?: string): Promise<string>;
}

/** What a fault is tried on. */
export interface World {
  readonly server: Server;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly rpc: Rpc;
  readonly chainUrl: string;
  readonly deployment: Deployment;
  readonly people: ChainPeople;
  readonly relayKey: Hex;
  /** A till's key of each brand. */
  readonly tills: readonly string[];
  /** From 0 up to 1, the same for the same seed. */
  readonly random: () => number;
  readonly run: string;
  startMining(): void;
  stopMining(): Promise<void>;
  /** Sends a transaction to the hub from an unlocked account, and waits for its block. */
  hub(from: Address, functionName: string, args: readonly unknown[]): Promise<void>;
  /** A started process of the program, on this database or another. */
  open(options?: ProgramOptions & { databaseUrl?: string }): Promise<Program>;
  readonly programs: readonly Program[];
  close(): Promise<void>;
}

/** Starts the server and prepares a migrated database that each fault gets a copy of. */
export async function openServer(): Promise<Server & { close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-chaos-'));
  let service: Service = await startPostgres({ folder: join(folder, 'postgres') });
  await migrateDatabase(service.url);
  const { url, port } = service;
  const server: Server = {
    folder,
    url,
    stop: () => service.stop(),
    async start() {
      service = await startPostgres({
        folder: join(folder, 'postgres'),
        port: { port, askedBy: 'the test' },
      });
    },
    async createDatabase(name, template = 'tessera') {
      const client = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
      await client.connect();
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`).finally(() => client.end());
      return url.replace(/\/[^/]*$/, `/${name}`);
    },
  };
  const close = async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, close };
}

/** Opens a network for one fault; `name` and `seed` decide about everything that is left to chance. */
export async function openWorld(
  server: Server,
  { name, seed }: { name: string; seed: number },
): Promise<World> {
  const closers: (() => unknown)[] = [];
  const [relayKey, receiptKey] = [randomPrivateKey(), randomPrivateKey()];
  const run = `${name}-${seed}`;
  const database = run.replaceAll(/[^a-z0-9]/g, '_');
  const databaseUrl = await server.createDatabase(database);
  const tills = await openBrands(databaseUrl);
  const chain = await startChain({ blockEveryMs: 0 });
  let producer: BlockProducer | null = null;
  const { rpc, deployment, people } = await (async () => {
    const miner = produceBlocks(connectRpc(chain.url), { ...MINING, everyMs: 10 });
    return deployBrands(chain.url, { brands: BRANDS, relayKey, receiptKey }).finally(() => miner.stop());
  })();
  const folder = join(server.folder, database);
  await mkdir(folder);
  const programs: Program[] = [];
  const pool = new Pool({ connectionString: databaseUrl, max: 4 });
  // The server is restarted under it.
  pool.on('error', () => {});
  const env = environment(deployment, { relayKey, receiptKey });
  const world: World = {
    server,
    databaseUrl,
    pool,
    rpc,
    chainUrl: chain.url,
    deployment,
    people,
    relayKey,
    tills,
    random: seeded([...run].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, seed)),
    run,
    programs,
    startMining() {
      producer ??= produceBlocks(rpc, MINING);
    },
    async stopMining() {
      await producer?.stop();
      producer = null;
    },
    hub: (from, functionName, args) =>
      callChain(
        rpc,
        from,
        deployment.coalition,
        encodeFunctionData({ abi: CoalitionAbi, functionName, args } as never),
      ),
    async open({ databaseUrl: other = databaseUrl, ...options } = {}) {
      const program = await openProgram({ env, databaseUrl: other, chainUrl: chain.url, folder }, options);
      programs.push(program);
      await program.start();
      return program;
    },
    async close() {
      await Promise.all(programs.map((program) => program.stop()));
      await world.stopMining();
      for (const close of closers) await close();
      await pool.end();
      await chain.stop();
    },
  };
  world.startMining();
  return world;
}

const MINING = { everyMs: BLOCK_EVERY_MS, confirmations: CONFIRMATIONS + 2, heartbeatMs: 1_000 };

async function openBrands(databaseUrl: string): Promise<string[]> {
  const database = openDatabase({ url: databaseUrl, maxConnections: 2, onError: () => {} });
  const { prisma } = database;
  const keys: string[] = [];
  for (let partnerId = 1; partnerId <= BRANDS; partnerId++) {
    const earning = { points: 1n, perMinor: 1n, currency: 'USD' };
    const programme = { partnerId, slug: `brand-${partnerId}`, colour: '#7c3aed', earning };
    await setProgramme(prisma, { programme, actor: 'chaos' });
    const asked = { partnerId, name: 'till', scopes: ['till', 'webhooks'] as const, actor: 'chaos' };
    keys.push((await createApiKey(prisma, { ...asked, scopes: [...asked.scopes] })).key);
  }
  await database.close();
  return keys;
}

const environment = (
  { chainId, coalition, stablecoin, deployedAtBlock }: Deployment,
  { relayKey, receiptKey }: { relayKey: Hex; receiptKey: Hex },
): Record<string, string> => ({
  CHAIN_ID: String(chainId),
  COALITION: coalition,
  STABLECOIN: stablecoin,
  DEPLOYED_AT_BLOCK: String(deployedAtBlock),
  CONFIRMATIONS: String(CONFIRMATIONS),
  RECEIPT_KEY: receiptKey,
  RELAY_KEYS: relayKey,
  SECRETS_KEYS: 'c4'.repeat(32),
  WEBHOOKS_TO_LOOPBACK: 'true',
  WEBHOOK_RETRY_MS: '200',
  WEBHOOK_TIMEOUT_MS: '1000',
  BATCH_MEMBERS: '20',
  BATCH_INTERVAL_MS: '150',
  POLL_INTERVAL_MS: '50',
  PUBLIC_REQUESTS_PER_MINUTE: '100000000',
  KEY_REQUESTS_PER_MINUTE: '100000000',
  SPONSORED_ACTS_PER_DAY: '1000000',
});
