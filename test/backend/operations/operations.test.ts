import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { isKeystoreJson } from 'ethers';
import { readStatus } from '../../../backend/operations/read-status.ts';
import { verifyAuditChains } from '../../../backend/operations/verify-audit-chain.ts';
import { createReconciler } from '../../../backend/reconciliation/run-reconciliation.ts';
import { freezeLanes, unfreezeLanes } from '../../../backend/relay/freeze-lanes.ts';
import {
  AURORA,
  accountOf,
  CINDER,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
  TEST_LEASE_MS,
} from '../../helpers/engine.ts';

const OPERATOR = fileURLToPath(new URL('../../../scripts/operator.ts', import.meta.url));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('What an operator does', function () {
  this.timeout(240_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let accounts = 0;
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    await earn();
    await network.drain(process);
  });
  after(() => network?.stop());

  const earn = (partner = AURORA) =>
    network.earn(partner, [{ account: accountOf(5_000 + ++accounts), points: 5n }]);
  const turn = async () => {
    await process.issue();
    await process.relay();
    while (await process.index());
  };
  const query = (sql: string, values: unknown[] = []) => network.deps.pool.query(sql, values);
  const attempts = async () =>
    (await query('SELECT count(*)::int AS count FROM relay_attempts')).rows[0].count;

  /** The command as an operator runs it, on the test's network. */
  const operator = (args: string[], more: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const { config } = network.deps;
      const env = {
        ...globalThis.process.env,
        DATABASE_URL: network.databaseUrl,
        RPC_URL: network.url,
        CHAIN_ID: String(config.chainId),
        COALITION: config.coalition,
        STABLECOIN: config.stablecoin,
        USER: 'ada',
        ...more,
      };
      execFile(globalThis.process.execPath, [OPERATOR, ...args], { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
    });

  describe('status', () => {
    it('tells lanes, queue and indexer, and that all is well', async () => {
      const status = await readStatus(network.deps);
      expect(status.lanes).to.have.length(1);
      expect(status.lanes[0]).to.include({ frozen: null, sent: 0, reserved: 0 });
      expect(status.queue).to.deep.equal({ transactions: 0, accruals: 0n, acts: 0 });
      expect(status.alarms).to.deep.equal([]);
      const { code, out } = await operator(['status', '--json']);
      expect([code, JSON.parse(out).alarms]).to.deep.equal([0, []]);
    });

    it('says why points wait', async () => {
      await earn(CINDER);
      await turn();
      const { waiting, batches } = await readStatus(network.deps);
      expect(waiting.map(({ partner, reason }) => [partner, reason.code])).to.deep.equal([
        [CINDER, 'RESERVE_TOO_LOW'],
      ]);
      expect(batches).to.deep.equal({ waiting: 1 });
      expect((await operator(['status'])).out).to.contain('of partner 3 (5 points) waits: RESERVE_TOO_LOW');
      await network.deposit(CINDER, 1_000_000n);
      await network.drain(process);
    });

    it('raises its alarms by name, and with exit code 1', async () => {
      await query(`UPDATE indexer_cursor SET alarm = 'a fork below finality'`);
      await query(`UPDATE lanes SET frozen_reason = 'for a test'`);
      const { code, out } = await operator(['status']);
      await query('UPDATE indexer_cursor SET alarm = NULL');
      await query('UPDATE lanes SET frozen_reason = NULL');
      expect(code).to.equal(1);
      expect(out).to.contain('ALARM INDEXER_STOPPED: a fork below finality');
      expect(out).to.match(/ALARM LANE_FROZEN: lane \d+: for a test/);
      const away = { pool: network.deps.pool, network: network.deps.network };
      const chain = new Proxy(network.deps.chain, { get: () => () => Promise.reject(new Error('away')) });
      expect((await readStatus({ ...away, chain })).alarms).to.deep.equal([
        'CHAIN_UNAVAILABLE: no endpoint answers',
      ]);
    });
  });

  describe('a frozen lane', () => {
    it('signs and sends nothing, not even again, until it is unfrozen; the audit log says by whom', async () => {
      await network.stopMining();
      await earn();
      await process.issue();
      await process.relay();
      const before = await attempts();
      expect((await operator(['freeze-lanes', '--reason', 'looks odd'])).code).to.equal(0);
      expect(await freezeLanes(network.deps, { actor: 'test', reason: 'again' })).to.equal(0);
      await network.rpc('anvil_dropAllTransactions');
      await earn();
      await process.issue();
      await sleep(TEST_LEASE_MS);
      // Longer than until the same bytes would go out again.
      for (let again = 0; again < 24; again++) {
        await process.relay();
        await sleep(100);
      }
      expect([await attempts(), await pending()]).to.deep.equal([before, 0]);
      const { out } = await operator(['unfreeze-lanes', '--reason', 'it was nothing']);
      expect(out).to.contain('1 lanes send again');
      network.startMining();
      await network.drain(process);
      const { rows } = await query(
        `SELECT action, after->>'reason' AS reason, actor FROM audit_log WHERE partner_id = 0 AND action LIKE 'lanes.%' ORDER BY seq`,
      );
      expect(rows.map(({ action, reason }) => [action, reason])).to.deep.equal([
        ['lanes.frozen', 'looks odd'],
        ['lanes.unfrozen', 'it was nothing'],
      ]);
      expect(rows[0].actor).to.match(/^operator:./);
    });

    it('is not unfrozen, nor frozen, without a reason', async () => {
      for (const verb of ['freeze-lanes', 'unfreeze-lanes']) {
        const { code, err } = await operator([verb]);
        expect([code, err.includes('--reason')]).to.deep.equal([1, true]);
      }
    });
    const pending = async () =>
      Number(BigInt((await network.rpc<{ pending: `0x${string}` }>('txpool_status')).pending));
  });

  describe('a difference between database and chain', () => {
    it('freezes the lanes; rebuilding and unfreezing set all going again', async () => {
      const reconcile = createReconciler(process.deps);
      expect(await reconcile()).to.deep.equal([]);
      expect((await readStatus(network.deps)).alarms).to.deep.equal([]);
      await query('UPDATE partners SET reserve = reserve + 1 WHERE id = $1', [AURORA]);
      const found = await reconcile();
      expect(found.map(({ what, subject }) => [what, subject])).to.deep.equal([['reserve', 'brand 1']]);
      const [alarm] = (await readStatus(network.deps)).alarms;
      expect(alarm).to.match(
        /^LANE_FROZEN: lane \d+: RECONCILIATION_DIFFERENCE: reserve of brand 1 at block/,
      );
      await earn();
      await process.issue();
      await sleep(TEST_LEASE_MS);
      const before = await attempts();
      await process.relay();
      expect(await attempts()).to.equal(before);
      const rebuilt = await operator(['rebuild-projections', '--json']);
      expect(JSON.parse(rebuilt.out).differences).to.deep.equal({
        partners: 2,
        charities: 0,
        coalition_pots: 0,
        token_supplies: 0,
        token_accounts: 0,
        chain_events: 0,
        partner_movements: 0,
        partner_positions: 0,
        redemptions: 0,
      });
      expect(await createReconciler({ ...process.deps, metrics: network.deps.metrics })()).to.deep.equal([]);
      await unfreezeLanes(network.deps, { lane: null, actor: 'test', reason: 'rebuilt' });
      await network.drain(process);
      expect(await supplyOf(network, AURORA)).to.equal(5n * BigInt(accounts - 1));
    });

    it('that is there only once freezes nothing', async () => {
      await query('UPDATE partners SET reserve = reserve + 1 WHERE id = $1', [AURORA]);
      const deps = { ...process.deps, metrics: new (await import('prom-client')).Registry() };
      let reads = 0;
      const pool = new Proxy(deps.pool, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (key !== 'connect') return typeof value === 'function' ? value.bind(target) : value;
          return async () => {
            // Mended between the first look and the second.
            if (++reads === 2)
              await query('UPDATE partners SET reserve = reserve - 1 WHERE id = $1', [AURORA]);
            return target.connect();
          };
        },
      });
      expect(await createReconciler({ ...deps, pool })()).to.deep.equal([]);
      expect([reads, (await readStatus(network.deps)).alarms]).to.deep.equal([2, []]);
    });
  });

  describe('verify-audit-chain', () => {
    /** Changes the audit log as somebody with the keys of the database could. */
    const tamper = async (sql: string) => {
      const client = await network.deps.pool.connect();
      await client.query('BEGIN');
      await client.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
      await client.query(sql);
      const chains = await verifyAuditChains({ pool: client as never });
      await client.query('ROLLBACK');
      client.release();
      return chains.find(({ partner }) => partner === AURORA)?.broken;
    };

    it('holds as it is', async () => {
      const chains = await verifyAuditChains(network.deps);
      expect(chains.map(({ partner }) => partner)).to.include.members([0, 1]);
      expect(chains.every(({ broken, entries }) => broken === null && entries > 0n)).to.equal(true);
      const { code, out } = await operator(['verify-audit-chain']);
      expect([code, out.includes('✔ the coalition')]).to.deep.equal([0, true]);
    });

    it('finds a changed, a missing and a cut off entry, and one that was hashed anew', async () => {
      const where = `WHERE partner_id = ${AURORA} AND seq =`;
      expect(await tamper(`UPDATE audit_log SET actor = 'nobody' ${where} 2`)).to.deep.equal({
        seq: 2n,
        why: 'its content is not what was hashed',
      });
      expect(await tamper(`DELETE FROM audit_log ${where} 2`)).to.deep.equal({
        seq: 3n,
        why: 'the entry after 1 is missing',
      });
      expect(await tamper(`DELETE FROM audit_log WHERE partner_id = ${AURORA} AND seq > 2`))
        .to.have.property('why')
        .that.matches(/^the head is at/);
      expect(
        await tamper(
          `UPDATE audit_log SET actor = 'nobody' ${where} 2; UPDATE audit_log a SET hash = audit_digest(prev_hash, a) ${where} 2`,
        ),
      ).to.deep.equal({ seq: 3n, why: 'it does not follow the entry before' });
    });
  });

  describe('the command', () => {
    it('explains itself, and refuses what it does not know', async () => {
      expect((await operator(['--help'])).out).to.contain('rebuild-projections');
      for (const args of [[], ['heal'], ['status', 'now'], ['status', '--what'], ['constructor']])
        expect((await operator(args)).code, args.join(' ')).to.equal(1);
      const elsewhere = await operator(['status', '--data', join(tmpdir(), 'tessera-none')], {
        DATABASE_URL: '',
      });
      expect(elsewhere.err).to.contain('No network was started on');
      const nobody = await operator(['status'], { DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/none' });
      expect(nobody.err).to.contain('The database does not answer').and.not.contain('at async');
    });

    it('makes a keystore that only its owner can read, and writes over none', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tessera-operator-'));
      const [file, password] = [join(folder, 'lane.json'), join(folder, 'password')];
      await writeFile(password, 'a long password\n');
      const make = () =>
        operator(['new-keystore', '--out', file, '--json'], { KEYSTORE_PASSWORD_FILE: password });
      const { code, out } = await make();
      expect([code, JSON.parse(out).file]).to.deep.equal([0, file]);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      expect(isKeystoreJson(await readFile(file, 'utf8'))).to.equal(true);
      const again = await make();
      expect([again.code, again.err.includes('is there already')]).to.deep.equal([1, true]);
      await rm(folder, { recursive: true });
    });
  });
});
