import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import fc from 'fast-check';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { csvRecord, sendCsv } from '../../../backend/shared/csv.ts';
import { exportPurchases } from '../../../backend/statements/export-records.ts';
import { parsePeriod } from '../../../backend/statements/period.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';

/** A reader of RFC 4180 that knows nothing of the writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let [cells, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoted && char === '"' && text[at + 1] === '"') cell += text[++at];
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ',') [cells, cell] = [[...cells, cell], ''];
    else if (!quoted && char === '\r' && text[at + 1] === '\n') {
      records.push([...cells, cell]);
      [cells, cell] = [[], ''];
      at++;
    } else cell += char;
  }
  expect([quoted, cells.length, cell]).to.deep.equal([false, 0, '']);
  return records;
}

describe('Files', function () {
  this.timeout(120_000);

  describe('csvRecord', () => {
    it('is read back as it was, but for an apostrophe before what would be a formula', () => {
      const text = fc.string({ unit: fc.constantFrom(...'=+-@,"\r\n\t a1é＝'), maxLength: 12 });
      fc.assert(
        fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
          const [read] = parseCsv(csvRecord(cells));
          const plain = read?.map((cell, index) => (cell === `'${cells[index]}` ? cell.slice(1) : cell));
          expect(plain).to.deep.equal(cells);
          for (const cell of read ?? []) expect(/^\s*[=+\-@＝]/.test(cell), cell).to.equal(false);
        }),
        { numRuns: 500 },
      );
    });

    it('leaves numbers as they are, negative ones too', () => {
      expect(csvRecord([-5n, -2, 7n, null, '-5'])).to.equal("-5,-2,7,,'-5\r\n");
    });
  });

  describe('sendCsv', () => {
    it('reads no further than the reader takes, and stops when the reader leaves', async () => {
      let [pages, closed] = [0, false];
      async function* endless() {
        try {
          for (;;) {
            pages += 1;
            yield Array.from({ length: 1_000 }, (_, row) => [`cell ${row}`, 'x'.repeat(100)]);
            await sleep(0);
          }
        } finally {
          closed = true;
        }
      }
      const app = express();
      app.get('/', (_request, response) =>
        sendCsv(response, { name: 'e', columns: ['a', 'b'], pages: endless() }),
      );
      const server = createServer(app).listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const request = get({ port: (server.address() as AddressInfo).port });
        const [answer] = (await once(request, 'response')) as [IncomingMessage];
        answer.pause();
        // What the sockets' buffers take, and then nothing more, however long it waits.
        for (let held = -1; held !== pages; await sleep(1_000)) {
          held = pages;
          expect(held).to.be.lessThan(200);
        }
        answer.destroy();
        for (let wait = 0; !closed && wait < 100; wait++) await sleep(20);
        expect(closed).to.equal(true);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  });

  describe('exports', () => {
    let api: TestApi;
    let key: string;
    before(async () => {
      api = await startApi({ secretsKeys: ['5e'.repeat(32)] });
      const { prisma } = api.program.deps;
      const office = { name: 'o', scopes: ['exports', 'reports'] as const, actor: 'test' };
      key = (await createApiKey(prisma, { partnerId: 1, ...office })).key;
    });
    after(() => api.program.stop());
    const take = async (path: string) => {
      const { status, headers, body } = await api.get(path, key);
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/csv; charset=utf-8']);
      return parseCsv(body);
    };

    it('has the brand’s own purchases of a time, in order, and no other brand’s', async () => {
      const ids = ['sale-a', 'sale-b', 'sale-c'];
      for (const id of ids) await api.post('/v1/purchases', sale({ id }), api.keys.aurora);
      await api.post('/v1/purchases', sale({ currency: 'EUR' }), api.keys.boreal);
      const [head, ...rows] = await take('/v1/partners/me/exports/purchases.csv');
      expect(head?.slice(0, 2)).to.deep.equal(['purchase', 'receivedAt']);
      expect(rows.map(([id]) => id)).to.deep.equal(ids);
      expect(rows[0]?.slice(3)).to.deep.equal([
        '0x00000000000000000000000000000000000000AA',
        '1234',
        'USD',
        '12',
        'accepted',
      ]);
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      expect(await take(`/v1/partners/me/exports/purchases.csv?from=${tomorrow}`)).to.have.length(1);
      expect(await take(`/v1/partners/me/exports/purchases.csv?to=${tomorrow}`)).to.have.length(4);
    });

    it('has those whose customer is no member yet, as nobody’s', async () => {
      const walkIn = sale({ id: 'walk-in', member: { claim: true } });
      expect((await api.post('/v1/purchases', walkIn, api.keys.aurora)).status).to.equal(201);
      const row = (await take('/v1/partners/me/exports/purchases.csv')).find(([id]) => id === 'walk-in');
      expect([row?.[3], row?.at(-1)]).to.deep.equal(['', 'unclaimed']);
    });

    it('finds the purchases of any time among many', async () => {
      const { pool } = api.program.deps;
      await pool.query(
        `INSERT INTO purchases (partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, received_at, points)
         SELECT 1 + n % 2, 'many-' || n, '', decode('00000000000000000000000000000000000000aa', 'hex'), 1, 'USD', at, at, 0
         FROM (SELECT n, timestamptz '2027-01-01' + n * interval '1 minute' AS at FROM generate_series(1, 40000) n) made`,
      );
      const from = new Date('2027-01-11T00:00:00Z');
      const to = new Date('2027-01-18T12:00:00Z');
      let count = 0;
      let last = '';
      for await (const page of exportPurchases({ pool }, 1, { from, to }).pages)
        for (const [id, receivedAt] of page) {
          count += 1;
          expect(String(receivedAt) >= from.toISOString() && String(receivedAt) < to.toISOString()).to.equal(
            true,
          );
          expect(id).to.not.equal(last);
          last = String(id);
        }
      const { rows } = await pool.query(
        'SELECT count(*)::int AS count FROM purchases WHERE partner_id = 1 AND received_at >= $1 AND received_at < $2',
        [from, to],
      );
      expect(count).to.equal(rows[0].count);
    });

    it('has every holder of a large brand, in pages', async () => {
      const { pool, prisma, clock } = api.program.deps;
      const { quartersPerEpoch } = await prisma.partner.findUniqueOrThrow({ where: { id: 1 } });
      expect(quartersPerEpoch).to.equal(1);
      const now = clock.now();
      const epoch = (now.getUTCFullYear() - 1970) * 4 + Math.floor(now.getUTCMonth() / 3);
      // 5 points of the present epoch each, in a word as the token has it; every tenth account is empty.
      await pool.query(
        `INSERT INTO token_accounts (partner_id, account, word)
         SELECT 1, decode(lpad(to_hex(n), 40, '0'), 'hex'), $1::numeric + CASE WHEN n % 10 = 0 THEN 0 ELSE $2::numeric END
         FROM generate_series(1, 20000) n`,
        [String(BigInt(epoch) << 192n), String(5n << 144n)],
      );
      const [, ...rows] = await take('/v1/partners/me/exports/balances.csv');
      expect(rows).to.have.length(18_000);
      expect(new Set(rows.map(([account]) => account)).size).to.equal(18_000);
      expect(rows[0]?.slice(1, 4)).to.deep.equal(['5', '50000', '5']);
    });

    it('refuses periods that are none, and says so by field', async () => {
      for (const query of [
        '',
        'period=2026-13',
        'period=2026-02-30',
        'from=2026-01-01',
        'to=2026-01-01',
        'from=2026-01-02&to=2026-01-02',
        'from=yesterday&to=2026-01-02',
        'period=2026-01&from=2026-01-01',
      ]) {
        const { status, body } = await api.get(`/v1/partners/me/statement?${query}`, key);
        expect([query, status, body.code]).to.deep.equal([query, 400, 'REQUEST_INVALID']);
      }
    });

    it('knows days and months in UTC', () => {
      const seconds = (text: string) => Date.parse(text) / 1000;
      expect(parsePeriod({ period: '2026-12' })).to.deep.equal({
        from: seconds('2026-12-01T00:00:00Z'),
        to: seconds('2027-01-01T00:00:00Z'),
      });
      expect(parsePeriod({ period: '2028-02-29' })).to.deep.equal({
        from: seconds('2028-02-29T00:00:00Z'),
        to: seconds('2028-03-01T00:00:00Z'),
      });
      expect(parsePeriod({ from: '2026-01-01', to: '2026-01-01T12:00:00+02:00' })).to.deep.equal({
        from: seconds('2026-01-01T00:00:00Z'),
        to: seconds('2026-01-01T10:00:00Z'),
      });
    });
  });
});
