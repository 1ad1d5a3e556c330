import { createServer } from 'node:http';
import { expect } from 'chai';
import type { ConfigInput } from '../../../backend/config.ts';
import { startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { MAX_ATTEMPTS, pauseAfter } from '../../../backend/webhooks/deliver.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { eventually, idsOf, isSignedWith, openReceiver, type Receiver } from '../../helpers/receiver.ts';

const DAY_MS = 24 * 60 * 60_000;
const SETTINGS = {
  roles: ['api', 'webhooks'],
  secretsKeys: ['11'.repeat(32)],
  webhooksToLoopback: true,
  webhookTimeoutMs: 1_000,
  webhookRetryMs: 40,
} satisfies Partial<ConfigInput>;

interface Hook {
  id: string;
  secret: string;
}

describe('Webhooks', function () {
  this.timeout(60_000);
  let api: TestApi;
  let aurora: string;
  let boreal: string;
  let receiver: Receiver;
  /** How far the program's clock is ahead. */
  let ahead = 0;
  const clock = {
    now: () => new Date(Date.now() + ahead),
    seconds: () => Math.floor((Date.now() + ahead) / 1000),
  };
  const others: Receiver[] = [];
  const openOther = async () => {
    const other = await openReceiver();
    others.push(other);
    return other;
  };
  const hooks: { id: string; key: string }[] = [];

  before(async () => {
    api = await startApi(SETTINGS, { clock });
    const { prisma } = api.program.deps;
    const keyOf = async (partnerId: number) =>
      (await createApiKey(prisma, { partnerId, name: 'office', scopes: ['webhooks'], actor: 'test' })).key;
    aurora = await keyOf(1);
    boreal = await keyOf(2);
  });
  beforeEach(async () => {
    ahead = 0;
    receiver = await openReceiver();
  });
  afterEach(async () => {
    for (const { id, key } of hooks.splice(0)) await ask('DELETE', `/v1/webhooks/${id}`, undefined, key);
    await Promise.all([receiver, ...others.splice(0)].map((each) => each.stop()));
  });
  after(() => api.program.stop());

  const ask = (method: string, path: string, body: unknown, key: string) =>
    api.send(path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const hook = async (body: object = {}, { key = aurora, to = receiver.url } = {}): Promise<Hook> => {
    const answer = await ask('POST', '/v1/webhooks', { url: `${to}/hook`, ...body }, key);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    hooks.push({ id: answer.body.id, key });
    return answer.body;
  };
  const sell = async (fields: Record<string, unknown> = {}) => {
    const body = sale(fields);
    expect((await api.post('/v1/purchases', body, api.keys.aurora)).status).to.equal(201);
    return body;
  };
  const test = async ({ id }: Hook) =>
    (await ask('POST', `/v1/webhooks/${id}/test`, {}, aurora)).body.delivery as string;
  const log = async ({ id }: Hook, query = '') =>
    (await api.get(`/v1/webhooks/${id}/deliveries${query}`, aurora)).body.items;
  const stateOf = async ({ id }: Hook) => (await api.get(`/v1/webhooks/${id}`, aurora)).body;
  const settled = (of: Hook, status: string) =>
    eventually(`all ${status}`, async () =>
      (await log(of)).every((item: { status: string }) => item.status === status),
    );
  const goOn = (ms: number) => {
    ahead += ms;
    api.program.deps.hints.give('events');
  };

  describe('an event', () => {
    it('arrives signed by the spec, and says what happened', async () => {
      const own = await hook();
      const sold = await sell({ amount: 4_200 });
      await receiver.until(1);
      const [received] = receiver.received;
      if (!received) expect.fail('nothing came');
      expect(received.path).to.equal('/hook');
      expect(received.headers).to.include({ 'content-type': 'application/json' });
      expect(isSignedWith(own.secret, received)).to.equal(true);
      expect(isSignedWith(`whsec_${Buffer.alloc(32).toString('base64')}`, received)).to.equal(false);
      expect(received.body.type).to.equal('purchase.accepted');
      expect(received.body.data).to.deep.include({
        purchase: sold.id,
        member: '0x00000000000000000000000000000000000000AA',
        points: '42',
        amount: '4200',
        currency: 'USD',
      });
      await settled(own, 'delivered');
      const [item] = await log(own);
      expect(item).to.deep.include({ id: received.headers['webhook-id'], event: received.body.id });
      expect(item.attempts).to.have.length(1);
      expect(item.attempts[0]).to.include({ attempt: 1, status: 204, error: null });
      expect(item.attempts[0].durationMs).to.be.within(0, 1_000);
    });

    it('goes to those of its brand who asked for its type, and to nobody else', async () => {
      const all = await hook();
      const some = await hook({ types: ['purchase.accepted', 'act.mined'] });
      const other = await hook({ types: ['act.mined'] });
      const foreign = await hook({}, { key: boreal });
      await sell();
      await receiver.until(2);
      await settled(all, 'delivered');
      await settled(some, 'delivered');
      const { rows } = await api.program.deps.pool.query(
        'SELECT endpoint_id FROM webhook_deliveries WHERE endpoint_id = ANY($1::uuid[])',
        [[other.id, foreign.id]],
      );
      expect(rows).to.deep.equal([]);
      expect(receiver.received).to.have.length(2);
    });

    it('that was rolled back has no deliveries', async () => {
      const own = await hook();
      const client = await api.program.deps.pool.connect();
      await client.query('BEGIN');
      await client.query(`INSERT INTO events (type, partner_id, data) VALUES ('webhook.test', 1, '{}')`);
      const { rows } = await client.query('SELECT FROM webhook_deliveries WHERE endpoint_id = $1', [own.id]);
      expect(rows).to.have.length(1);
      await client.query('ROLLBACK');
      client.release();
      expect(await log(own)).to.deep.equal([]);
    });

    it('of a test goes to the one webhook', async () => {
      const own = await hook();
      await hook();
      const delivery = await test(own);
      await receiver.until(1);
      await settled(own, 'delivered');
      expect(idsOf(receiver)).to.deep.equal([delivery]);
      expect(receiver.received[0]?.body).to.deep.include({ type: 'webhook.test', data: { webhook: own.id } });
    });
  });

  describe('a receiver that fails', () => {
    it('gets the same delivery again under the same id, freshly signed, until it takes it', async () => {
      const own = await hook();
      receiver.answer = (_request, response) =>
        response.writeHead(receiver.received.length < 4 ? 500 : 200).end('sorry');
      const delivery = await test(own);
      await receiver.until(4);
      await settled(own, 'delivered');
      expect(idsOf(receiver)).to.deep.equal(Array(4).fill(delivery));
      expect(new Set(receiver.received.map(({ text }) => text)).size).to.equal(1);
      expect(receiver.received.every((received) => isSignedWith(own.secret, received))).to.equal(true);
      const [{ attempts }] = await log(own);
      expect(attempts.map(({ status }: { status: number }) => status)).to.deep.equal([500, 500, 500, 200]);
      expect((await stateOf(own)).failingSince).to.equal(undefined);
    });

    it('is given up after the last attempt, listed as dead, and served again by a replay of one and of all', async () => {
      const own = await hook();
      receiver.answer = (_request, response) => response.writeHead(503).end();
      const first = await test(own);
      const second = await test(own);
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        await receiver.until(2 * attempt);
        await eventually('both are settled', async () => {
          const sql =
            'SELECT count(*)::int AS n FROM webhook_deliveries WHERE endpoint_id = $1 AND lease_until IS NULL AND attempts = $2';
          return (await api.program.deps.pool.query(sql, [own.id, attempt])).rows[0].n === 2;
        });
        goOn(pauseAfter(attempt, { baseMs: SETTINGS.webhookRetryMs, random: 1 }));
      }
      const dead = await log(own, '?status=dead');
      expect(dead.map(({ id }: { id: string }) => id).sort()).to.deep.equal([first, second].sort());
      expect(dead[0].attempts).to.have.length(MAX_ATTEMPTS);
      expect(await log(own, '?status=pending')).to.deep.equal([]);
      const count = receiver.received.length;
      receiver.answer = (_request, response) => response.writeHead(200).end();
      const one = await ask('POST', `/v1/webhooks/${own.id}/deliveries/${first}/replay`, {}, aurora);
      expect([one.status, one.body]).to.deep.equal([202, { replayed: 1 }]);
      await receiver.until(count + 1);
      expect(idsOf(receiver).at(-1)).to.equal(first);
      const all = await ask('POST', `/v1/webhooks/${own.id}/replay`, {}, aurora);
      expect(all.body).to.deep.equal({ replayed: 1 });
      await receiver.until(count + 2);
      expect(idsOf(receiver).at(-1)).to.equal(second);
      await settled(own, 'delivered');
    });

    it('waits as long as the receiver asks', async () => {
      const own = await hook();
      receiver.answer = (_request, response) =>
        receiver.received.length < 2
          ? response.writeHead(429, { 'retry-after': '3600' }).end()
          : response.writeHead(200).end();
      await test(own);
      await receiver.until(1);
      await eventually('it is settled', async () => (await log(own))[0].attempts.length === 1);
      const [{ nextAttemptAt }] = await log(own);
      expect(Date.parse(nextAttemptAt) - clock.now().getTime()).to.be.within(3_500_000, 3_600_000);
      goOn(3_600_000);
      await receiver.until(2);
      await settled(own, 'delivered');
    });

    it('for days is paused; its brand is told elsewhere, and on resume gets all that it missed', async () => {
      const own = await hook({ types: ['purchase.accepted', 'webhook.test'] });
      const monitor = await openOther();
      await hook({ types: ['webhook.paused'] }, { to: monitor.url });
      receiver.answer = (_request, response) => response.writeHead(500).end();
      await test(own);
      await eventually('it is failing', async () => (await stateOf(own)).failingSince !== undefined);
      expect((await stateOf(own)).status).to.equal('active');
      goOn(3 * DAY_MS + 1_000);
      await eventually('it is paused', async () => (await stateOf(own)).status === 'paused');
      await monitor.until(1);
      expect(monitor.received[0]?.body.data).to.include({ webhook: own.id });
      const count = receiver.received.length;
      const { rows } = await api.program.deps.pool.query(
        `SELECT FROM audit_log WHERE subject = $1 AND action = 'webhook.paused'`,
        [`webhook:${own.id}`],
      );
      expect(rows).to.have.length(1);
      await sell();
      goOn(DAY_MS);
      const refused = await ask('POST', `/v1/webhooks/${own.id}/test`, {}, aurora);
      expect(refused.body.code).to.equal('WEBHOOK_PAUSED');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(receiver.received).to.have.length(count);
      receiver.answer = (_request, response) => response.writeHead(200).end();
      const { body } = await ask('PATCH', `/v1/webhooks/${own.id}`, { status: 'active' }, aurora);
      expect([body.status, body.pausedBecause, body.failingSince]).to.deep.equal([
        'active',
        undefined,
        undefined,
      ]);
      await receiver.until(count + 2);
      const types = receiver.received.slice(count).map((received) => received.body.type);
      expect(types.sort()).to.deep.equal(['purchase.accepted', 'webhook.test']);
    });

    it('by saying that it is gone is paused at once', async () => {
      const own = await hook();
      receiver.answer = (_request, response) => response.writeHead(410).end();
      await test(own);
      await eventually('it is paused', async () => (await stateOf(own)).status === 'paused');
      expect((await stateOf(own)).pausedBecause).to.contain('gone');
    });
  });

  describe('a receiver that is hostile', () => {
    it('is not followed where it redirects, even to this machine', async () => {
      const inner = await openOther();
      const own = await hook();
      receiver.answer = (_request, response) =>
        response.writeHead(307, { location: `${inner.url}/admin` }).end();
      await test(own);
      await receiver.until(1);
      await eventually('it is settled', async () => (await log(own))[0].attempts.length >= 1);
      expect((await log(own))[0].attempts[0].status).to.equal(307);
      expect(inner.received).to.deep.equal([]);
    });

    it('hangs: the delivery times out, and nobody else waits for it', async () => {
      const own = await hook({ types: ['webhook.test'] });
      const swift = await openOther();
      await hook({ types: ['purchase.accepted'] }, { to: swift.url });
      receiver.answer = () => {};
      for (let index = 0; index < 12; index++) await test(own);
      await receiver.until(4);
      const taken = async () => {
        const sql = 'SELECT FROM webhook_deliveries WHERE endpoint_id = $1 AND lease_until IS NOT NULL';
        return (await api.program.deps.pool.query(sql, [own.id])).rowCount;
      };
      expect(await taken(), 'taken at once').to.equal(4);
      const startedAt = Date.now();
      for (let index = 0; index < 20; index++) await sell();
      await swift.until(20, 3_000);
      expect(Date.now() - startedAt).to.be.lessThan(3_000);
      await eventually('one timed out', async () =>
        (await log(own)).some((item: { attempts: unknown[] }) => item.attempts.length > 0),
      );
      const errors = (await log(own)).flatMap((item: { attempts: { error: string }[] }) =>
        item.attempts.map(({ error }) => error),
      );
      expect(new Set(errors)).to.deep.equal(new Set(['TIMEOUT']));
      expect(receiver.peak(), 'at once, at most').to.equal(4);
      // From now on it has one place only.
      await eventually('one place', async () => (await taken()) === 1);
      for (let look = 0; look < 20; look++) expect(await taken()).to.be.at.most(1);
    });

    it('answers without end: what is read of it is little', async () => {
      let written = 0;
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const endless = createServer((request, response) => {
        request.resume();
        response.writeHead(200);
        const pour = () => {
          while (!response.destroyed && written < 500_000_000) {
            written += chunk.length;
            if (!response.write(chunk)) break;
          }
        };
        response.on('drain', pour);
        pour();
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => endless.once('listening', resolve));
      const { port } = endless.address() as { port: number };
      const own = await hook({}, { to: `http://127.0.0.1:${port}` });
      await test(own);
      await settled(own, 'delivered');
      expect(written).to.be.lessThan(20_000_000);
      endless.closeAllConnections();
      endless.close();
    });

    it('sends endless headers, or no HTTP at all: that is a failure', async () => {
      const own = await hook();
      receiver.answer = (request) =>
        request.socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`);
      await test(own);
      await eventually('it is settled', async () => (await log(own))[0].attempts.length >= 1);
      expect((await log(own))[0].attempts[0]).to.include({ status: null, error: 'ANSWER_UNREADABLE' });
    });
  });

  describe('the secret', () => {
    it('and the one before it both sign for the overlap, then the new one alone', async () => {
      const own = await hook();
      const rotated = await ask('POST', `/v1/webhooks/${own.id}/rotate`, { overlapSeconds: 3_600 }, aurora);
      await test(own);
      await receiver.until(1);
      const signed = (at: number) =>
        [own.secret, rotated.body.secret].map((secret) => {
          const received = receiver.received[at];
          return received !== undefined && isSignedWith(secret, received);
        });
      expect(signed(0)).to.deep.equal([true, true]);
      expect(String(receiver.received[0]?.headers['webhook-signature']).split(' ')).to.have.length(2);
      ahead += 3_601_000;
      await test(own);
      await receiver.until(2);
      const signatures = String(receiver.received[1]?.headers['webhook-signature']).split(' ');
      expect(signatures).to.have.length(1);
    });

    it('of which the old one leaked goes at once', async () => {
      const own = await hook();
      const rotated = await ask('POST', `/v1/webhooks/${own.id}/rotate`, { overlapSeconds: 0 }, aurora);
      await test(own);
      await receiver.until(1);
      const [received] = receiver.received;
      if (!received) expect.fail('nothing came');
      expect(isSignedWith(own.secret, received)).to.equal(false);
      expect(isSignedWith(rotated.body.secret, received)).to.equal(true);
    });
  });

  describe('many', () => {
    it('senders share the work: each delivery is sent once, and an endpoint’s places are one for all', async () => {
      const { pool } = api.program.deps;
      const second = await startProgram({ ...api.program.deps.config, roles: ['webhooks'] }, { clock });
      const own = await hook({ types: ['webhook.test'] });
      receiver.answer = (_request, response) => setTimeout(() => response.writeHead(200).end(), 15);
      await pool.query(
        `INSERT INTO events (type, partner_id, data) SELECT 'webhook.test', 1, '{}' FROM generate_series(1, 300)`,
      );
      api.program.deps.hints.give('events');
      await receiver.until(300, 30_000);
      await settled(own, 'delivered');
      expect(new Set(idsOf(receiver)).size).to.equal(300);
      expect(receiver.received).to.have.length(300);
      expect(receiver.peak()).to.be.within(2, 4);
      await second.stop();
    });
  });

  describe('pauses between attempts', () => {
    it('grow threefold up to half a day, with a fifth of jitter, over about three days', () => {
      const pauses = (random: number) =>
        Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) =>
          pauseAfter(index + 1, { baseMs: 5_000, random }),
        );
      expect(pauses(0.5).slice(0, 4)).to.deep.equal([5_000, 15_000, 45_000, 135_000]);
      expect(pauses(0.5).at(-1)).to.equal(12 * 3_600_000);
      expect(pauses(0)[0]).to.equal(4_000);
      expect(pauses(1)[0]).to.equal(6_000);
      const total = pauses(0.5).reduce((sum, pause) => sum + pause, 0);
      expect(total / DAY_MS).to.be.within(2.5, 4);
    });
  });
});
