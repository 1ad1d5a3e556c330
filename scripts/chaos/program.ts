/** The program as a process of its own, with a faulty endpoint (or several) and a faulty PostgreSQL before it, which only it uses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type FaultyPostgres, openFaultyPostgres } from '../../test/helpers/faulty-postgres.ts';
import { type FaultyRpc, openFaultyRpc } from '../../test/helpers/faulty-rpc.ts';
import { freePort } from '../bench/network.ts';
import { waitFor } from '../embedded/service.ts';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT } from '../shared/run-tool.ts';

/** What a process of the program is given. */
export interface ProgramOptions {
  readonly roles?: readonly string[];
  /** How many endpoints it is told of, each faulty by itself. */
  readonly endpoints?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether its clock can be made wrong. */
  readonly hasClock?: boolean;
}

/** A process of the program; its address, its proxies and what it writes stay the same over its deaths. */
export interface Program {
  readonly url: string;
  readonly rpcs: readonly FaultyRpc[];
  /** The first endpoint. */
  readonly rpc: FaultyRpc;
  readonly postgres: FaultyPostgres;
  readonly log: string;
  isAlive(): boolean;
  start(): Promise<void>;
  /** SIGKILL, SIGSTOP or SIGCONT; a killed one has ended when this resolves. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Makes its clock wrong by so much. */
  setClock(offsetMs: number): void;
  /** Resident memory in bytes; 0 where the system doesn't say. */
  memory(): Promise<number>;
  /** SIGTERM, and its end; the proxies go with it. */
  stop(): Promise<void>;
}

/** What every process of one network is given. */
export interface ProgramPlace {
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly chainUrl: string;
  readonly folder: string;
}

const MAIN = join(ROOT, 'backend', 'main.ts');
const CLOCK_AGENT = join(ROOT, 'test', 'helpers', 'clock-agent.ts');
const ALL_ROLES = ['api', 'issuer', 'relay', 'indexer', 'webhooks', 'jobs'];

/** Makes a process, which is not started yet. */
export async function openProgram(
  place: ProgramPlace,
  { roles = ALL_ROLES, endpoints = 1, env = {}, hasClock = false }: ProgramOptions = {},
): Promise<Program> {
  const rpcs = await Promise.all(Array.from({ length: endpoints }, () => openFaultyRpc(place.chainUrl)));
  const [rpc] = rpcs;
  if (!rpc) throw new CommandFailure('A program needs an endpoint.');
  const postgres = await openFaultyPostgres(place.databaseUrl);
  const port = await freePort();
  const log = join(place.folder, `program-${port}.log`);
  const settings = {
    ...process.env,
    ...place.env,
    DATABASE_URL: postgres.url,
    RPC_URL: rpcs.map(({ url }) => url).join(','),
    ROLES: roles.join(','),
    PORT: String(port),
    LOG_LEVEL: 'info',
    ...env,
  };
  const flags = hasClock ? ['--import', CLOCK_AGENT] : [];
  let child: ChildProcess | undefined;
  const isAlive = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    url: `http://127.0.0.1:${port}`,
    rpcs,
    rpc,
    postgres,
    log,
    isAlive,
    async start() {
      child = await spawnProgram([...flags, MAIN], { settings, log });
    },
    async signal(name) {
      const dying = child;
      if (!dying || !isAlive()) return;
      const exit = name === 'SIGKILL' ? once(dying, 'exit') : undefined;
      dying.kill(name);
      await exit;
    },
    setClock: (clockOffsetMs) => void child?.send({ clockOffsetMs }),
    memory: () => readMemory(child?.pid),
    async stop() {
      const ending = child;
      if (ending && isAlive()) {
        const exit = once(ending, 'exit');
        ending.kill('SIGCONT');
        ending.kill('SIGTERM');
        const late = setTimeout(() => ending.kill('SIGKILL'), STOP_WITHIN_MS);
        await exit;
        clearTimeout(late);
      }
      await Promise.all([...rpcs, postgres].map((proxy) => proxy.stop()));
    },
  };
}

/** A machine that does other things at the same time takes long. */
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;

/** Starts a process and waits until it says that it has started: not every role listens. */
async function spawnProgram(
  args: readonly string[],
  { settings, log }: { settings: NodeJS.ProcessEnv; log: string },
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...args], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // A last resort, should this command end without stopping it.
  const endWithCommand = () => child.kill('SIGKILL');
  process.on('exit', endWithCommand);
  child.once('exit', () => process.off('exit', endWithCommand));
  const file = createWriteStream(log, { flags: 'a' });
  let said = '';
  let isStarted = false;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      file.write(text);
      if (!isStarted) said += text;
      isStarted ||= said.includes('"msg":"started"');
    });
  child.once('close', () => file.end());
  await waitFor(
    'The start of the program',
    async () => {
      // Killed while it starts is one of the faults.
      if (child.signalCode !== null) return true;
      if (child.exitCode !== null)
        throw new CommandFailure(`The program ended with code ${child.exitCode}:\n${said.slice(-2_000)}`);
      return isStarted || undefined;
    },
    { withinMs: START_WITHIN_MS },
  );
  return child;
}

async function readMemory(pid: number | undefined): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
}
