import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Client } from 'pg';
import { startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { COALITION, RECEIPT_KEY, sale, testConfig } from '../../helpers/api.ts';
import { freshDatabase } from '../../helpers/database.ts';

const MAIN = fileURLToPath(new URL('../../../backend/main.ts', import.meta.url));
const SALES = 600;
const TILLS = 24;
const KILLS = 2;
/** Killed when so many of the sales are answered: in the middle of groups that are on their way. */
const KILL_AFTER = SALES / (KILLS + 1);

/** The production entry as a process of its own. */
class Server {
  #child: ChildProcess | undefined;
  readonly #env: Record<string, string>;
  readonly url: string;

  constructor(databaseUrl: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      DATABASE_URL: databaseUrl,
      RPC_URL: 'http://127.0.0.1:9',
      CHAIN_ID: '31337',
      COALITION,
      STABLECOIN: COALITION,
      RECEIPT_KEY,
      ROLES: 'api',
      PORT: String(port),
      LOG_LEVEL: 'error',
    };
  }

  async start(): Promise<void> {
    this.#child = spawn(process.execPath, [MAIN], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (let tries = 0; tries < 400; tries++) {
      if (this.#child.exitCode !== null) break;
      const alive = await fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (alive) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect.fail('the server did not start');
  }

  /** Ends it by a signal; answers its exit code, null after SIGKILL. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, 'exit');
    child.kill(signal);
    return (await exit)[0];
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function openTill(databaseUrl: string): Promise<string> {
  const program = await startProgram({ ...testConfig(databaseUrl), roles: ['jobs'] });
  const { prisma } = program.deps;
  const earning = { points: 1n, perMinor: 100n, currency: 'USD' };
  const programme = { partnerId: 1, slug: 'aurora', colour: '#7c3aed', earning };
  await setProgramme(prisma, { programme, actor: 'test' });
  const { key } = await createApiKey(prisma, { partnerId: 1, name: 'till', scopes: ['till'], actor: 'test' });
  await program.stop();
  return key;
}

describe('A server that is killed', function () {
  this.timeout(120_000);
  let databaseUrl: string;
  let server: Server;
  let key: string;
  before(async () => {
    databaseUrl = await freshDatabase();
    key = await openTill(databaseUrl);
    server = new Server(databaseUrl, await freePort());
    await server.start();
  });
  after(() => server.end('SIGKILL'));

  const report = async (body: unknown): Promise<string | null> => {
    const response = await fetch(`${server.url}/v1/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    }).catch(() => null);
    if (!response) return null;
    const text = await response.text().catch(() => null);
    return response.ok ? text : null;
  };

  it('with SIGKILL under load loses nothing and doubles nothing, when tills repeat what was not answered', async () => {
    const sales = Array.from({ length: SALES }, (_, index) => sale({ id: `crash-${index}`, amount: 1_000 }));
    const answers = new Map<number, string>();
    let next = 0;
    let kills = 0;
    let restarting = Promise.resolve();
    const till = async () => {
      for (let index = next++; index < SALES; index = next++) {
        for (let answer: string | null = null; answer === null; ) {
          await restarting;
          answer = await report(sales[index]);
          if (answer !== null) answers.set(index, answer);
        }
        if (kills < KILLS && answers.size >= KILL_AFTER * (kills + 1)) {
          kills++;
          restarting = server.end('SIGKILL').then(() => server.start());
        }
      }
    };
    await Promise.all(Array.from({ length: TILLS }, till));
    expect([answers.size, kills]).to.deep.equal([SALES, KILLS]);

    for (const [index, answer] of answers) expect(await report(sales[index])).to.equal(answer);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM purchases) AS purchases, (SELECT count(*)::int FROM receipts) AS receipts,
              (SELECT count(*)::int FROM accruals) AS accruals, (SELECT sum(points)::int FROM accruals) AS points,
              (SELECT sum(points)::int FROM ledger_entries) AS ledger, (SELECT count(*)::int FROM ledger_entries) AS entries,
              (SELECT bool_and(hash = audit_digest(prev_hash, a)) FROM audit_log a) AS audited`,
    );
    await client.end();
    expect(rows[0]).to.deep.equal({
      purchases: SALES,
      receipts: SALES,
      accruals: SALES,
      points: SALES * 10,
      ledger: 0,
      entries: 2 * SALES,
      audited: true,
    });
  });

  it('with SIGTERM answers what it has taken and ends with code 0', async () => {
    const asked = Array.from({ length: 30 }, (_, index) => report(sale({ id: `term-${index}` })));
    await Promise.race(asked);
    expect(await server.end('SIGTERM')).to.equal(0);
    const answered = (await Promise.all(asked)).filter((answer) => answer !== null);
    expect(answered.length).to.be.greaterThan(0);
  });
});
