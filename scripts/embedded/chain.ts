/** A local Ethereum chain that keeps its state: Foundry's anvil from npm, for the demo and the tests, when no RPC_URL is given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandFailure } from '../shared/failure.ts';
import { hasEnded, identifyProcess, type ProcessIdentity } from '../shared/process-identity.ts';
import { produceBlocks } from './block-producer.ts';
import { connectRpc } from './chain-rpc.ts';
import { choosePort, type PortWish, type Service, waitFor } from './service.ts';
import { keepState, unpackState } from './state-keeper.ts';

export const LOCAL_CHAIN_ID = 31_337;
const BLOCK_GAS_LIMIT = 60_000_000;
/** How many past states the node keeps for calls at older blocks; blocks and logs are all kept. */
const PAST_STATES = 256;
const STOP_WITHIN_MS = 30_000;
/** Names the node that runs on a folder. */
const RECORD = 'process.json';

export interface ChainOptions {
  /** Where the state is kept over restarts; without it the chain is new, and vanishes with `stop()`. */
  folder?: string;
  port?: PortWish;
  chainId?: number;
  /** Empty blocks after the last transaction, so that it counts as final. */
  confirmations?: number;
  /** How often blocks are made while transactions wait, in milliseconds; 0 leaves every block to the caller (`evm_mine`). */
  blockEveryMs?: number;
}

/** What is remembered of a running node, so that the next start finds it. */
interface ProcessRecord extends ProcessIdentity {
  pid: number;
  port: number;
  chainId: number;
}

function anvilBinary(): string {
  const system = { darwin: 'darwin', linux: 'linux', win32: 'win32' }[process.platform as string];
  const processor = { arm64: 'arm64', x64: 'amd64' }[process.arch as string];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const require = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
  try {
    return require.resolve(`@foundry-rs/anvil-${system}-${processor}/bin/anvil${suffix}`);
  } catch (cause) {
    throw new CommandFailure(
      `There is no local chain for ${process.platform}-${process.arch}: give the RPC_URL of your own. (${cause})`,
    );
  }
}

/** The node that still runs from an earlier start on this folder, if it is the very process that was recorded. */
function runningNode(recordFile: string): ProcessRecord | undefined {
  if (!existsSync(recordFile)) return undefined;
  const record = JSON.parse(readFileSync(recordFile, 'utf8')) as ProcessRecord;
  const now = identifyProcess(record.pid);
  return now?.started === record.started && now.command.includes('anvil') ? record : undefined;
}

async function endNode(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  if (await hasEnded(pid, STOP_WITHIN_MS)) return;
  throw new CommandFailure(
    `The local chain (process ${pid}) does not end: look at it before you start again.`,
  );
}

/**
 * The time of the first block, in seconds: the node makes that block anew at each start and prefers it at random to the kept one, so
 * it has to come out the same. A chain without a kept state is a new one.
 */
function genesisTime(home: string, isNew: boolean): number {
  const file = join(home, 'genesis-time');
  if (isNew) writeFileSync(file, String(Math.floor(Date.now() / 1000)));
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

function spawnNode(home: string, port: number, chainId: number, stateFile: string | undefined): ChildProcess {
  const log = openSync(join(home, 'anvil.log'), 'a');
  const network = ['--host', '127.0.0.1', '--port', String(port), '--no-request-size-limit'];
  const rules = [
    '--chain-id',
    String(chainId),
    '--hardfork',
    'osaka',
    '--gas-limit',
    String(BLOCK_GAS_LIMIT),
  ];
  const blocks = ['--no-mining', '--prune-history', String(PAST_STATES)];
  const genesis = ['--timestamp', String(genesisTime(home, stateFile === undefined))];
  const state = stateFile ? ['--load-state', stateFile] : [];
  const args = [...network, ...rules, ...blocks, ...genesis, ...state, '--quiet'];
  // Detached, so that the terminal's Ctrl-C leaves it to be stopped in its turn.
  return spawn(anvilBinary(), args, { detached: true, stdio: ['ignore', log, log] });
}

/** Waits until a node answers, and sets its clock to now: it starts at the first block's time. False when the process has ended. */
async function isReady({ pid, port }: Pick<ProcessRecord, 'pid' | 'port'>): Promise<boolean> {
  const rpc = connectRpc(`http://127.0.0.1:${port}`);
  const answer = await waitFor('The start of the local chain', async () =>
    identifyProcess(pid) ? rpc<string>('eth_chainId').catch(() => undefined) : 'ended',
  );
  if (answer === 'ended') return false;
  await rpc('evm_setTime', Math.floor(Date.now() / 1000));
  // Had it found its port taken, somebody else would have answered.
  return identifyProcess(pid) !== undefined;
}

/** Starts a node and notes which process it is, at once: a kill of this program must not leave one behind that nobody knows of. */
async function launch(home: string, port: number, chainId: number): Promise<ProcessRecord | undefined> {
  const stateFile = unpackState(home);
  const child = spawnNode(home, port, chainId, stateFile);
  child.on('error', () => {}); // It has no pid then.
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (child.pid === undefined || !identity) return undefined;
  const record = { pid: child.pid, port, chainId, ...identity };
  writeFileSync(join(home, RECORD), JSON.stringify(record));
  const ready = await isReady(record);
  child.unref();
  if (stateFile) rmSync(stateFile, { force: true });
  return ready ? record : undefined;
}

async function startNode(
  home: string,
  wish: PortWish | undefined,
  chainId: number,
): Promise<ProcessRecord & { adopted: boolean }> {
  const orphan = runningNode(join(home, RECORD));
  const fits = orphan?.chainId === chainId && (!wish?.askedBy || wish.port === orphan.port);
  if (orphan && fits && (await isReady(orphan))) return { ...orphan, adopted: true };
  if (orphan && runningNode(join(home, RECORD))) {
    await keepState(connectRpc(`http://127.0.0.1:${orphan.port}`), home).stop();
    await endNode(orphan.pid);
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    const record = await launch(home, await choosePort(wish), chainId);
    if (record) return { ...record, adopted: false };
  }
  throw new CommandFailure(`The local chain could not start: see ${join(home, 'anvil.log')}.`);
}

/** Ends a node that a kill of the program left running on a folder, if there is one, without keeping its state. */
export async function endLeftoverChain(folder: string): Promise<void> {
  const leftover = runningNode(join(resolve(folder), RECORD));
  if (leftover) await endNode(leftover.pid);
}

/**
 * Starts a chain on 127.0.0.1 and makes its blocks. A node that still runs on the folder, because the program was killed, is taken over
 * with everything that it knows: there is never a second one on one folder.
 *
 * @throws CommandFailure with what to do about it.
 */
export async function startChain(options: ChainOptions = {}): Promise<Service> {
  const { folder, port: wish, chainId = LOCAL_CHAIN_ID, confirmations = 2, blockEveryMs = 150 } = options;
  const home = folder ? resolve(folder) : await mkdtemp(join(tmpdir(), 'tessera-chain-'));
  mkdirSync(home, { recursive: true });
  const { pid, port, adopted } = await startNode(home, wish, chainId);
  const url = `http://127.0.0.1:${port}`;
  const rpc = connectRpc(url);
  const keeper = folder ? keepState(rpc, home) : undefined;
  await keeper?.write();
  const timing = { everyMs: blockEveryMs, confirmations, heartbeatMs: 30_000 };
  const producer = blockEveryMs > 0 ? produceBlocks(rpc, { ...timing, onQuiet: keeper?.hint }) : undefined;
  const isOurs = () => runningNode(join(home, RECORD))?.pid === pid;
  // A last resort when the process ends without stop(), as after an uncaught error; a kept chain is taken over by the next start instead.
  const endWithProcess = () => {
    if (!folder && isOurs()) process.kill(pid, 'SIGTERM');
  };
  process.on('exit', endWithProcess);
  async function end(): Promise<void> {
    await producer?.stop();
    if (isOurs()) {
      await keeper?.stop();
      await endNode(pid);
    }
    process.off('exit', endWithProcess);
    rmSync(join(home, RECORD), { force: true });
    if (!folder) rmSync(home, { recursive: true, force: true });
  }
  let stopping: Promise<void> | undefined;
  return {
    url,
    port,
    pid,
    adopted,
    stop: () => {
      stopping ??= end();
      return stopping;
    },
  };
}
