/** `npm start` as people use it: killed in its first minute, started beside another, stopped by Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort, waitFor } from '../../scripts/embedded/service.ts';
import { hasEnded } from '../../scripts/shared/process-identity.ts';
import { ROOT, runTool, toolEnvironment } from '../../scripts/shared/run-tool.ts';

const READY = 'Ctrl-C stops everything';
const WITHIN = { withinMs: 180_000, everyMs: 20 };

interface Network {
  readonly child: ChildProcess;
  said(): string;
  /** Waits until it has printed some words; it must not end before. */
  until(words: string): Promise<void>;
  end(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null>;
}

function start(data: string, flags: string[]): Network {
  const child = spawn(process.execPath, ['scripts/start.ts', '--data', data, ...flags], {
    cwd: ROOT,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = once(child, 'exit');
  return {
    child,
    said: () => output,
    async until(words) {
      await waitFor(
        `"${words}"`,
        async () => {
          if (output.includes(words)) return true;
          if (child.exitCode !== null) throw new RangeError(`it ended before it said "${words}":\n${output}`);
          return undefined;
        },
        WITHIN,
      );
    },
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

describe('npm start', function () {
  this.timeout(8 * 60_000);
  let data: string;
  let flags: string[];
  let url: string;
  let rpcUrl: string;
  let running: Network | undefined;

  const kept = <T>(name: string) => JSON.parse(readFileSync(join(data, name), 'utf8')) as T;
  const get = async <T>(path: string) => (await (await fetch(`${url}/v1${path}`)).json()) as T;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'tessera-start-'));
    const [port, chain, database] = [await freePort(), await freePort(), await freePort()];
    url = `http://localhost:${port}`;
    rpcUrl = `http://127.0.0.1:${chain}`;
    flags = ['--port', `${port}`, '--chain-port', `${chain}`, '--database-port', `${database}`];
  });
  after(async () => {
    await running?.end('SIGINT');
    await rm(data, { recursive: true, force: true });
  });

  it('completes the demo once, wherever its first starts are killed', async () => {
    for (const step of ['✔ PostgreSQL', '✔ Contracts', '✔ Demo brands', '✔ API and web']) {
      running = start(data, flags);
      await running.until(step);
      await running.end('SIGKILL');
    }
    running = start(data, flags);
    await running.until(READY);
    expect(running.said()).to.include('still running from before');
    const { partners } = await get<{
      partners: { slug: string; coverageBps: number; quartersPerEpoch: number }[];
    }>('/partners');
    expect(partners.map(({ slug }) => slug)).to.deep.equal([
      'aurora-cafe',
      'folio-books',
      'field-and-basket',
      'hotel-meridian',
      'studio-kinetic',
    ]);
    expect(new Set(partners.map(({ quartersPerEpoch }) => quartersPerEpoch))).to.deep.equal(
      new Set([1, 2, 4]),
    );
    expect((await get<{ charities: unknown[] }>('/charities')).charities).to.have.length(3);
    const { acts, hasHistory } = kept<{ acts: { isSent: boolean }[]; hasHistory: boolean }>('demo.json');
    expect(hasHistory).to.equal(true);
    expect(acts.map(({ isSent }) => isSent)).to.deep.equal(Array(6).fill(true));
  });

  it('has a chain that agrees with itself', async () => {
    const { coalition } = kept<{ coalition: string }>('deployment.json');
    const args = ['scripts/audit.ts', '--rpc', rpcUrl, '--coalition', coalition, '--json'];
    const { code, output } = await runTool(process.execPath, args);
    expect(code, output).to.equal(0);
    const { agrees, partners } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
    expect(agrees).to.equal(true);
    for (const { supply } of partners) expect(Number(supply)).to.be.greaterThan(0);
  });

  describe('while it runs', () => {
    it('refuses a second one on its folder, and one on its port, and says what to do', async () => {
      const second = start(data, flags);
      await once(second.child, 'exit');
      expect(second.said()).to.include(`Tessera already runs on ${data} (process ${running?.child.pid})`);
      expect(second.said()).to.include('npm start -- --data FOLDER --port N');
      const elsewhere = await mkdtemp(join(tmpdir(), 'tessera-start-'));
      const third = start(elsewhere, flags.slice(0, 2));
      await once(third.child, 'exit');
      expect(third.said()).to.match(
        /Port \d+ is taken: end the program that uses it, or choose another with npm start -- --port N/,
      );
      expect(third.child.exitCode).to.equal(1);
      await rm(elsewhere, { recursive: true });
    });
  });

  it('stops everything at Ctrl-C, and is back soon', async () => {
    const node = kept<{ pid: number }>('chain/process.json').pid;
    const server = Number.parseInt(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8'), 10);
    expect(await running?.end('SIGINT')).to.equal(0);
    for (const pid of [node, server]) expect(await hasEnded(pid, 1_000)).to.equal(true);
    const before = readFileSync(join(data, 'demo.json'), 'utf8');
    const began = performance.now();
    running = start(data, flags);
    await running.until(READY);
    expect(performance.now() - began).to.be.lessThan(20_000);
    expect(running.said()).to.not.include('Demo history');
    expect(readFileSync(join(data, 'demo.json'), 'utf8')).to.equal(before);
  });
});
