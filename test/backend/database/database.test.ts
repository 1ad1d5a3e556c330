import { expect } from 'chai';
import { Pool } from 'pg';
import { draftMigration, migrateDatabase } from '../../../backend/database/migrate.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { emptyDatabase } from '../../helpers/database.ts';

const AT_LEAST = 150_000;

describe('Database', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.program.stop());

  const refused = async (sql: string, values: unknown[] = []) => {
    const error = await api.program.deps.pool.query(sql, values).then(
      () => null,
      (thrown) => thrown as { code: string; constraint?: string; message: string },
    );
    expect(error, `${sql} should be refused`).to.not.equal(null);
    return error as { code: string; constraint?: string; message: string };
  };

  describe('migrations', () => {
    it('lead to exactly schema.prisma', async () => {
      expect(await draftMigration()).to.equal('-- This is an empty migration.\n');
    });

    it('apply once, whoever else applies them at the same moment', async () => {
      const url = await emptyDatabase();
      const applied = await Promise.all([migrateDatabase(url), migrateDatabase(url), migrateDatabase(url)]);
      expect(applied.flat()).to.deep.equal([...new Set(applied.flat())]);
      expect(applied.flat()).to.include('20261122000000_init');
      expect(await migrateDatabase(url)).to.deep.equal([]);
    });

    it('run on PostgreSQL 15 or newer', async () => {
      const { rows } = await api.program.deps.pool.query('SHOW server_version_num');
      expect(Number(rows[0].server_version_num)).to.be.at.least(AT_LEAST);
    });
  });

  describe('a connection that is cut in a transaction', () => {
    it('fails its queries and nothing else', async () => {
      const { pool } = api.program.deps;
      const client = await pool.connect();
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await client.query('BEGIN');
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const failure = await client.query('SELECT 1').catch((error) => error);
      expect(failure).to.be.instanceOf(Error);
      client.release(true);
      expect((await pool.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
    });
  });

  describe('a transaction that stands still', () => {
    it('is ended by the server, and whoever waits for its locks goes on', async () => {
      const { pool } = api.program.deps;
      await pool.query('CREATE TABLE held (id int)');
      await pool.query('INSERT INTO held VALUES (1)');
      // As a process that is frozen, or whose network is gone, after its first statement.
      const frozen = await pool.connect();
      await frozen.query('BEGIN');
      await frozen.query('SELECT id FROM held FOR UPDATE');
      const began = Date.now();
      const { rowCount } = await pool.query('UPDATE held SET id = 2');
      expect(rowCount).to.equal(1);
      expect(Date.now() - began).to.be.within(1_000, 8_000);
      expect(await frozen.query('COMMIT').catch((error) => error)).to.be.instanceOf(Error);
      frozen.release(true);
    });
  });

  describe('ledger', () => {
    const post = (points: bigint[], subject = 900_001n) =>
      `INSERT INTO ledger_entries (kind, subject, book, partner_id, points) VALUES ${points
        .map((each, index) => `('accrual', ${subject}, '${index ? 'pending' : 'promised'}', 1, ${each})`)
        .join(', ')}`;

    it('sums to zero after purchases, in all and per posting', async () => {
      for (const amount of [100, 99_999, 1, 250])
        await api.post('/v1/purchases', sale({ amount }), api.keys.aurora);
      const { rows } = await api.program.deps.pool.query(
        `SELECT count(*)::int AS entries, sum(points)::int AS sum,
                (SELECT count(*)::int FROM (SELECT 1 FROM ledger_entries GROUP BY kind, subject HAVING sum(points) <> 0) AS t) AS unbalanced,
                (SELECT sum(points)::int FROM ledger_entries WHERE book = 'pending') AS pending FROM ledger_entries`,
      );
      expect(rows[0]).to.deep.equal({ entries: 6, sum: 0, unbalanced: 0, pending: 1 + 999 + 2 });
    });

    it('takes a posting that balances', async () => {
      await api.program.deps.pool.query(post([-5n, 5n], 900_000n));
    });

    it('refuses a posting that does not balance, or only half of one', async () => {
      expect(await refused(post([-5n, 4n]))).to.include({
        code: '23514',
        constraint: 'ledger_entries_balance',
      });
      expect(await refused(post([-5n]))).to.include({ code: '23514', constraint: 'ledger_entries_balance' });
    });

    it('refuses postings that balance only across partners', async () => {
      const sql = `INSERT INTO ledger_entries (kind, subject, book, partner_id, points)
        VALUES ('accrual', 900002, 'promised', 1, -5), ('accrual', 900002, 'pending', 2, 5)`;
      expect(await refused(sql)).to.include({ constraint: 'ledger_entries_balance' });
    });

    it('refuses to post the same accrual twice', async () => {
      expect((await refused(post([-5n, 5n], 900_000n))).code).to.equal('23505');
    });
  });

  describe('records', () => {
    for (const table of ['ledger_entries', 'audit_log', 'purchases', 'receipts', 'receipt_groups'])
      it(`of ${table} can be neither changed nor removed`, async () => {
        const column = { audit_log: 'actor', receipt_groups: 'size', receipts: 'salt' }[table] ?? 'points';
        for (const sql of [
          `UPDATE ${table} SET ${column} = ${column}`,
          `DELETE FROM ${table}`,
          `TRUNCATE ${table} CASCADE`,
        ])
          expect((await refused(sql)).code).to.equal('23001');
      });

    it('refuse values outside of their range', async () => {
      const { pool } = api.program.deps;
      const insert = `INSERT INTO purchases (partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, received_at, points)
        SELECT 1, $1, '', account, $2, 'USD', now(), now(), $3 FROM members LIMIT 1`;
      expect(await refused(insert, ['a', -1, 1])).to.include({ constraint: 'purchases_amount_check' });
      expect(await refused(insert, ['b', 1, (2n ** 48n).toString()])).to.include({
        constraint: 'purchases_points_check',
      });
      expect(await refused(insert, ['c', 1, -1])).to.include({ constraint: 'purchases_points_check' });
      await pool.query(insert, ['d', 1, (2n ** 48n - 1n).toString()]);
    });
  });

  describe('audit chain', () => {
    const CHAIN = `SELECT partner_id, count(*)::int AS links, bool_and(hash = audit_digest(prev_hash, a)) AS digests,
        bool_and(prev_hash = coalesce(previous, decode(repeat('00', 32), 'hex'))) AS linked, max(seq)::int AS last
      FROM (SELECT a, a.*, lag(hash) OVER (PARTITION BY partner_id ORDER BY seq) AS previous FROM audit_log a) AS chain
      GROUP BY partner_id ORDER BY partner_id`;

    it('links the entries of each brand without a gap, whoever appends at the same time', async () => {
      const { prisma, pool } = api.program.deps;
      const append = (partnerId: number, index: number) =>
        prisma.auditEntry.create({
          data: { partnerId, actor: 'test', action: 'noted', subject: `${index}`, after: { index } },
        });
      await Promise.all(Array.from({ length: 40 }, (_, index) => append(1 + (index % 2), index)));
      const { rows } = await pool.query(CHAIN);
      for (const row of rows) expect(row).to.include({ digests: true, linked: true, last: row.links });
      expect(rows.map(({ partner_id }) => partner_id)).to.deep.equal([1, 2]);
    });

    it('shows a change that was made past the triggers', async () => {
      const pool = new Pool({ connectionString: api.program.deps.config.databaseUrl, max: 1 });
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('SET LOCAL session_replication_role = replica');
        await client.query(`UPDATE audit_log SET actor = 'nobody' WHERE partner_id = 1 AND seq = 2`);
        const { rows } = await client.query(CHAIN);
        expect(rows.find(({ partner_id }) => partner_id === 1)?.digests).to.equal(false);
        expect(rows.find(({ partner_id }) => partner_id === 2)?.digests).to.equal(true);
        await client.query('ROLLBACK');
      } finally {
        client.release();
        await pool.end();
      }
    });
  });
});
