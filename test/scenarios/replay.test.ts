/** A file of purchases through a network as users run it: `npm start` and `npm run replay`, with the server killed in between. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../scripts/embedded/service.ts';
import { ROOT, toolEnvironment } from '../../scripts/shared/run-tool.ts';

const READY_WITHIN_MS = 120_000;
const KILLS = 3;
const A_FEW = 100;
const PURCHASES = 2_000;

interface Summary {
  purchases: number;
  issued: number;
  points: number;
  batches: number;
  gasPerPurchase: number;
  perS: number;
  doubled: number;
  lost: number;
  auditAgrees: boolean;
}

/** A file in the CDNOW format that is long enough to be interrupted three times. */
function manyPurchases(): string {
  const lines = Array.from({ length: PURCHASES }, (_, index) => {
    const day = String(1 + (index % 28)).padStart(2, '0');
    return `${index % 700} 202403${day} 1 ${5 + (index % 90)}.${10 + (index % 89)}`;
  });
  return ['customer_id date number_of_cds dollar_value', ...lines].join('\n');
}

describe('replay of purchases', function () {
  this.timeout(10 * 60_000);

  let data: string;
  let ports: { port: number; 'chain-port': number; 'database-port': number };
  let server: ChildProcess | undefined;
  const url = () => `http://localhost:${ports.port}`;

  const isReady = () =>
    fetch(`${url()}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function start(): Promise<void> {
    const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, String(port)]);
    server = spawn(process.execPath, ['scripts/start.ts', '--data', data, ...flags], {
      cwd: ROOT,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Its last line says how to stop it: by then the demo's brands, tills and history are there.
    let said = '';
    server.stdout?.on('data', (text) => {
      said += text;
    });
    for (const began = Date.now(); !(said.includes('Ctrl-C') && (await isReady())); await sleep(100)) {
      if (Date.now() - began > READY_WITHIN_MS || server.exitCode !== null)
        throw new RangeError(`not ready:\n${said}`);
    }
  }

  /** Purchases that this server has recorded since it was started. */
  async function purchasesSeen(): Promise<number> {
    const metrics = await (await fetch(`${url()}/metrics`)).text();
    return Number(/^tessera_purchases_total\{outcome="recorded"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  }

  /** Waits until the server is in the middle of the replay. */
  async function sawPurchases(before: number): Promise<void> {
    for (const began = Date.now(); (await purchasesSeen()) < before + A_FEW; await sleep(10)) {
      if (Date.now() - began > READY_WITHIN_MS) throw new RangeError('the replay sends nothing');
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  }

  const replay = (file: string): Promise<{ code: number; summary: Summary; stderr: string }> =>
    new Promise((resolve, reject) => {
      const args = ['scripts/replay.ts', file, '--url', url(), '--json'];
      const env = toolEnvironment({ TESSERA_DATA: data });
      execFile(process.execPath, args, { cwd: ROOT, env }, (error, stdout, stderr) => {
        const last = stdout.trimEnd().split('\n').at(-1);
        if (!last) reject(new RangeError(stderr));
        else resolve({ code: error ? Number(error.code) : 0, summary: JSON.parse(last), stderr });
      });
    });

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'tessera-replay-'));
    const [port, chain, database] = [await freePort(), await freePort(), await freePort()].map(Number);
    ports = { port: port ?? 0, 'chain-port': chain ?? 0, 'database-port': database ?? 0 };
    await start();
  });

  after(async () => {
    await end('SIGTERM');
    await rm(data, { recursive: true, force: true });
  });

  it('issues all of it once, and the same file again changes nothing', async () => {
    const first = await replay('test/fixtures/purchases.csv');
    expect(first.code, first.stderr).to.equal(0);
    expect(first.summary).to.include({ purchases: 40, issued: 40, doubled: 0, lost: 0, auditAgrees: true });
    expect(first.summary.points).to.be.greaterThan(0);
    const { perS: _, ...again } = (await replay('test/fixtures/purchases.csv')).summary;
    expect(first.summary).to.deep.include(again);
  });

  it('ends the same when the server is killed three times in the middle', async () => {
    const file = join(data, 'purchases.txt');
    await writeFile(file, manyPurchases());
    let before = await purchasesSeen();
    const running = replay(file);
    // A failure of the replay is reported where it is awaited, below.
    running.catch(() => undefined);
    // A server that was killed counts from nothing again.
    for (let kill = 0; kill < KILLS; kill++) {
      await sawPurchases(before);
      before = 0;
      await end('SIGKILL');
      await start();
    }
    const { code, summary, stderr } = await running;
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('is gone; waiting for it.');
    expect(summary).to.include({
      purchases: PURCHASES,
      issued: PURCHASES,
      doubled: 0,
      lost: 0,
      auditAgrees: true,
    });
    const again = await replay(file);
    const { perS: _, ...same } = again.summary;
    expect(summary).to.deep.include(same);
    expect(again.stderr).to.match(/acts +(\d+) done of \d+, 0 of them now/);
  });
});
