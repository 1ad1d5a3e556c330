/** A network for one measurement: PostgreSQL with fsync on, a local chain when it is needed, and the program as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, encodeFunctionData, erc20Abi, type Hex } from 'viem';
import { CoalitionAbi, DemoDollarAbi } from '../../artifacts/abi.ts';
import { type Database, openDatabase } from '../../backend/database/database.ts';
import { migrateDatabase } from '../../backend/database/migrate.ts';
import { randomPrivateKey } from '../../backend/keys/keystore.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../backend/partners/set-programme.ts';
import { deployCoalitionDirectly } from '../deploy/deploy-directly.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { startChain } from '../embedded/chain.ts';
import { connectRpc, type Rpc } from '../embedded/chain-rpc.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { waitFor } from '../embedded/service.ts';
import { addressOf } from '../launch/keys.ts';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT } from '../shared/run-tool.ts';
import { cpuMs } from './cpu-time.ts';

const CONFIRMATIONS = 2;
const BLOCK_EVERY_MS = 20;
const GAS_MONEY = '0x56bc75e2d63100000'; // 100 ether
const RESERVE = 10n ** 15n;
/** Where no chain is needed, nothing answers at this address. */
const NOWHERE = {
  rpcUrl: 'http://127.0.0.1:9',
  chainId: 31_337,
  coalition: '0xC0A1170000000000000000000000000000000001',
};

/** What a measurement works on. */
export interface BenchNetwork {
  readonly database: Database;
  readonly databaseUrl: string;
  /** Absent without a chain. */
  readonly chain?: { readonly rpc: Rpc; readonly url: string; readonly deployment: Deployment };
  /** Signs transactions, and has the issuer role. */
  readonly relayKey: Hex;
  /** A till key for each of `brands` partners, the first of partner 1; a point a cent. */
  readonly tills: readonly string[];
  readonly keyIds: readonly string[];
  /** Starts the program with these roles; it listens at `url` until it is stopped. */
  startProgram(roles: readonly string[], env?: Record<string, string>): Promise<BenchProgram>;
  /** Measures what the processes use from now on. */
  watchCpu(): CpuWatch;
  /** What the numbers depend on: that commits reach the disk, and the gas of a block. */
  conditions(): Promise<Notes>;
}

/** What is told beside a result, by name. */
export type Notes = Readonly<Record<string, string | number>>;

/** Gives the CPU time of an item so far, in milliseconds, process by process, and that of the bench itself, the caller's part. */
export type CpuWatch = (items: number) => Notes;

export interface BenchProgram {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Opens a network, gives it to `work`, and takes all of it away again, whatever happens; Ctrl-C too. */
export async function withBenchNetwork<T>(
  options: { brands: number; withChain: boolean },
  work: (network: BenchNetwork) => Promise<T>,
): Promise<T> {
  const closers: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      for (const one of closers.reverse()) await one();
    })();
    return closing;
  };
  const interrupt = () => void close().then(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work(await openNetwork(options, closers));
  } finally {
    await close();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function openNetwork(
  { brands, withChain }: { brands: number; withChain: boolean },
  closers: (() => unknown)[],
): Promise<BenchNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ folder: join(folder, 'postgres') });
  closers.push(() => postgres.stop());
  await migrateDatabase(postgres.url);
  const database = openDatabase({ url: postgres.url, maxConnections: 8, onError: () => {} });
  closers.push(() => database.close());
  const [relayKey, receiptKey] = [randomPrivateKey(), randomPrivateKey()];
  const chain = withChain ? await openChain({ brands, relayKey, receiptKey }, closers) : undefined;
  const keys = [];
  for (let partnerId = 1; partnerId <= brands; partnerId++) {
    const earning = { points: 1n, perMinor: 1n, currency: 'USD' };
    const programme = { partnerId, slug: `brand-${partnerId}`, colour: '#7c3aed', earning };
    await setProgramme(database.prisma, { programme, actor: 'bench' });
    keys.push(
      await createApiKey(database.prisma, { partnerId, name: 'till', scopes: ['till'], actor: 'bench' }),
    );
  }
  const pids = new Map([['database', postgres.pid]]);
  if (chain) pids.set('chain', chain.pid);
  const place = {
    DATABASE_URL: postgres.url,
    RPC_URL: chain?.url ?? NOWHERE.rpcUrl,
    CHAIN_ID: String(chain?.deployment.chainId ?? NOWHERE.chainId),
    COALITION: chain?.deployment.coalition ?? NOWHERE.coalition,
    STABLECOIN: chain?.deployment.stablecoin ?? NOWHERE.coalition,
    DEPLOYED_AT_BLOCK: String(chain?.deployment.deployedAtBlock ?? 0),
    CONFIRMATIONS: String(CONFIRMATIONS),
    RECEIPT_KEY: receiptKey,
    RELAY_KEYS: relayKey,
    LOG_LEVEL: 'error',
    PUBLIC_REQUESTS_PER_MINUTE: '100000000',
    KEY_REQUESTS_PER_MINUTE: '100000000',
    SPONSORED_ACTS_PER_DAY: '1000000',
  };
  return {
    database,
    databaseUrl: postgres.url,
    ...(chain && { chain }),
    relayKey,
    tills: keys.map(({ key }) => key),
    keyIds: keys.map(({ id }) => id),
    async startProgram(roles, env = {}) {
      const program = await startProgram({ ...place, ROLES: roles.join(','), ...env });
      closers.push(() => program.stop());
      pids.set('program', program.pid);
      return program;
    },
    watchCpu: () => watchCpu(pids),
    conditions: () => readConditions(database, chain?.rpc),
  };
}

function watchCpu(pids: ReadonlyMap<string, number>): CpuWatch {
  const look = () => [...pids].map(([name, pid]) => [name, cpuMs(pid)] as const);
  const [before, own] = [new Map(look()), process.cpuUsage()];
  return (items) => {
    const each = (ms: number) => Math.round((1000 * ms) / items) / 1000;
    const { user, system } = process.cpuUsage(own);
    const used = look().flatMap(([name, ms]) => {
      const began = before.get(name);
      return ms === null || began === null || began === undefined ? [] : [[name, each(ms - began)] as const];
    });
    return Object.fromEntries(
      [...used, ['bench', each((user + system) / 1000)]].map(([name, ms]) => [`cpuMs ${name}`, ms]),
    );
  };
}

async function readConditions({ pool }: Database, rpc: Rpc | undefined): Promise<Notes> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS "synchronousCommit"`,
  );
  const block = await rpc?.<{ gasLimit: Hex }>('eth_getBlockByNumber', 'latest', false);
  return { ...rows[0], ...(block && { blockGasLimit: Number(BigInt(block.gasLimit)) }) };
}

async function openChain(
  { brands, relayKey, receiptKey }: { brands: number; relayKey: Hex; receiptKey: Hex },
  closers: (() => unknown)[],
) {
  const service = await startChain({ confirmations: CONFIRMATIONS, blockEveryMs: BLOCK_EVERY_MS });
  closers.push(() => service.stop());
  return {
    url: service.url,
    pid: service.pid,
    ...(await deployBrands(service.url, { brands, relayKey, receiptKey })),
  };
}

/** Who may do what on a local chain whose accounts are all unlocked. */
export interface ChainPeople {
  readonly owner: Address;
  readonly governor: Address;
  readonly guardian: Address;
  readonly admin: Address;
}

/** Deploys a coalition on a local chain, with brands 1 to `brands` that have money and let the issuer mint. */
export async function deployBrands(
  url: string,
  { brands, relayKey, receiptKey }: { brands: number; relayKey: Hex; receiptKey: Hex },
): Promise<{ rpc: Rpc; deployment: Deployment; people: ChainPeople }> {
  const rpc = connectRpc(url);
  const [owner, governor, guardian, admin] = await rpc<Address[]>('eth_accounts');
  if (!owner || !governor || !guardian || !admin) throw new CommandFailure('The chain has too few accounts.');
  await rpc('anvil_setBalance', addressOf(relayKey), GAS_MONEY);
  const deployment = await deployCoalitionDirectly({
    rpcUrl: url,
    governor,
    guardian,
    issuer: addressOf(relayKey),
    receiptSigner: addressOf(receiptKey),
  });
  const { coalition, stablecoin } = deployment;
  const total = RESERVE * BigInt(brands);
  const mint = encodeFunctionData({ abi: DemoDollarAbi, functionName: 'mint', args: [owner, total] });
  const approve = encodeFunctionData({
    abi: erc20Abi,
    functionName: 'approve',
    args: [coalition, total],
  });
  await callChain(rpc, owner, stablecoin, mint);
  await callChain(rpc, owner, stablecoin, approve);
  for (let partner = 1; partner <= brands; partner++) {
    const asks = [
      [governor, { functionName: 'addPartner', args: [termsOf(partner, admin)] }],
      [owner, { functionName: 'deposit', args: [partner, RESERVE] }],
      [admin, { functionName: 'setMintAllowance', args: [partner, 2 ** 48 - 1, 1] }],
    ] as const;
    for (const [from, ask] of asks)
      await callChain(rpc, from, coalition, encodeFunctionData({ abi: CoalitionAbi, ...ask }));
  }
  return { rpc, deployment, people: { owner, governor, guardian, admin } };
}

const termsOf = (partner: number, admin: Address) => ({
  name: `Brand ${partner}`,
  symbol: `B${partner}`,
  admin,
  quartersPerEpoch: 1,
  validity: 4,
  transferable: false,
  value: 100,
  coverageBps: 10_000,
  fundBps: 0,
  charityBps: 0,
  breakageCharity: 0,
});

/** Sends a transaction of an unlocked account and waits for its block. @throws CommandFailure when the chain reverts it */
export async function callChain(rpc: Rpc, from: Address, to: Address, data: Hex): Promise<void> {
  const hash = await rpc<Hex>('eth_sendTransaction', { from, to, data });
  const status = await waitFor('A call of the set-up', async () => {
    const receipt = await rpc<{ status: Hex } | null>('eth_getTransactionReceipt', hash);
    return receipt?.status;
  });
  if (status !== '0x1') throw new CommandFailure(`The chain reverted ${hash} of the set-up.`);
}

async function startProgram(env: Record<string, string>): Promise<BenchProgram> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'backend', 'main.ts')], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  };
  await waitFor('The start of the program', async () => {
    if (child.exitCode !== null) throw new CommandFailure(`The program ended with code ${child.exitCode}.`);
    return fetch(`${url}/healthz`).then(
      () => true,
      () => undefined,
    );
  });
  return { url, pid: child.pid ?? 0, stop };
}

/** A port of 127.0.0.1 that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A sale of member `index` of `members`, with an id of its own. */
export function saleOf(index: number, { members, run }: { members: number; run: string }) {
  return {
    id: `${run}-${index}`,
    member: memberOf(index % members),
    amount: 100 + (index % 900),
    currency: 'USD',
    occurredAt: '2026-03-01T12:30:00Z',
  };
}

/** Account number `index` of make-believe members, in lower case. */
export const memberOf = (index: number): Address =>
  `0x${(0xbe_0000_0000 + index).toString(16).padStart(40, '0')}`;

/** A name for one run's ids. */
export const runName = () => randomBytes(4).toString('hex');

/** The value below which `share` of the sorted-out numbers lie; in the unit that they have, rounded to tenths. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}

/** Numbers of a result: speeds whole, ratios to hundredths. */
export const perSecond = (count: number, milliseconds: number) => Math.round((count / milliseconds) * 1000);
export const ratioOf = (part: number, whole: number) => Math.round((100 * part) / whole) / 100;

/** Prints notes on stdout; the result follows as its last line. */
export function tell(notes: Notes): void {
  for (const [name, value] of Object.entries(notes)) console.log(`${name.padEnd(20)} ${value}`);
}
