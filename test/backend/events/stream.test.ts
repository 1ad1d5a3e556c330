import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import type { Address } from 'viem';
import { type Program, startProgram } from '../../../backend/main.ts';
import { createApiKey, revokeApiKey } from '../../../backend/partners/create-api-key.ts';
import { randomToken, sha256 } from '../../../backend/shared/ids.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { type EventStream, openStream } from '../../helpers/event-stream.ts';
import { eventually } from '../../helpers/receiver.ts';

const MIA: Address = '0x00000000000000000000000000000000000000AA';
const EVE: Address = '0x00000000000000000000000000000000000000bb';

describe('Streams of events', function () {
  this.timeout(60_000);
  let api: TestApi;
  /** Another process on the same database. */
  let other: Program;
  let office: { key: string; id: string };
  const streams: EventStream[] = [];

  before(async () => {
    api = await startApi({ eventHeartbeatMs: 200, eventStreamsPerCaller: 3 });
    other = await startProgram(api.program.deps.config);
    const options = { partnerId: 1, name: 'office', scopes: ['events'], actor: 'test' } as const;
    office = await createApiKey(api.program.deps.prisma, options);
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await eventually('all are closed', async () => (await openCount()) === 0);
  });
  after(async () => {
    await other.stop();
    await api.program.stop();
  });

  const openCount = async () => {
    const counts = await Promise.all(
      [api.program, other].map(({ deps }) => deps.metrics.getSingleMetricAsString('tessera_event_listeners')),
    );
    return counts.reduce((sum, text) => sum + Number(/^tessera_event_listeners (\d+)$/m.exec(text)?.[1]), 0);
  };
  const open = async (
    path: string,
    options: { bearer?: string; lastEventId?: string; at?: Program } = {},
  ) => {
    const stream = await openStream((options.at ?? api.program).url + path, options);
    if (stream.status === 200) streams.push(stream);
    return stream;
  };
  const ofAurora = (options: { lastEventId?: string; at?: Program } = {}) =>
    open('/v1/partners/me/events', { bearer: office.key, ...options });
  const session = async (account: Address, seconds = 3_600) => {
    const token = `tss_${randomToken(32)}`;
    const { pool } = api.program.deps;
    await api.post('/v1/members', { account });
    await pool.query(
      `INSERT INTO sessions (token_hash, account, origin, issued_at, expires_at)
       VALUES ($1, $2, $3, 1, now() + make_interval(secs => $4))`,
      [sha256(token), Buffer.from(account.slice(2), 'hex'), randomToken(8), seconds],
    );
    return token;
  };
  const sell = async (fields: Record<string, unknown> = {}, key = api.keys.aurora) => {
    const body = sale(fields);
    expect((await api.post('/v1/purchases', body, key)).status).to.equal(201);
    return body.id as string;
  };
  const told = ({ events }: EventStream) =>
    events.filter(({ type }) => type === 'purchase.accepted').map(({ data }) => data.data.purchase);
  const greeted = (stream: EventStream) => eventually('a greeting', () => stream.events.length > 0);

  describe('a partner', () => {
    it('is told of its own events at once, in order, and of no others', async () => {
      const stream = await ofAurora();
      expect(stream.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
      expect(stream.headers.get('cache-control')).to.equal('no-store');
      await greeted(stream);
      expect(stream.events[0]).to.include({ type: 'ready' });
      await sell({ currency: 'EUR' }, api.keys.boreal);
      const startedAt = Date.now();
      const sold = [await sell(), await sell(), await sell({ amount: 0 })];
      await eventually('three events', () => told(stream).length === 3, 900);
      expect(Date.now() - startedAt, 'a hint saves the waiting').to.be.lessThan(900);
      expect(told(stream)).to.deep.equal(sold);
      const last = stream.events.at(-1);
      expect(last?.data).to.deep.include({ id: last?.id, type: 'purchase.accepted' });
      expect(last?.data.data).to.deep.include({ member: MIA, points: '0', amount: '0' });
    });

    it('misses nothing and gets nothing twice across a reconnect to another process', async () => {
      const first = await ofAurora();
      await greeted(first);
      const sold = [await sell(), await sell()];
      await eventually('two events', () => told(first).length === 2);
      first.close();
      for (let index = 0; index < 150; index++) sold.push(await sell());
      const second = await ofAurora({ lastEventId: first.events.at(-1)?.id ?? '', at: other });
      sold.push(await sell());
      await eventually('the rest', () => told(second).length === 151);
      expect([...told(first), ...told(second)]).to.deep.equal(sold);
    });

    it('that saw nothing but the greeting goes on from there', async () => {
      const first = await ofAurora();
      await greeted(first);
      first.close();
      const sold = await sell();
      const second = await ofAurora({ lastEventId: first.events[0]?.id ?? '', at: other });
      await eventually('it', () => told(second).length === 1);
      expect(told(second)).to.deep.equal([sold]);
    });

    it('is told of an event whose transaction was slow to commit, though later ones were there before', async () => {
      const stream = await ofAurora();
      await greeted(stream);
      const slow = await api.program.deps.pool.connect();
      await slow.query('BEGIN');
      await slow.query(
        `INSERT INTO events (type, partner_id, data) VALUES ('reserve.low', 1, '{"reserve": "7"}')`,
      );
      const sold = await sell();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(told(stream), 'nothing overtakes').to.deep.equal([]);
      await slow.query('COMMIT');
      slow.release();
      api.program.deps.hints.give('events');
      await eventually('both', () => stream.events.length === 3);
      expect(stream.events.slice(1).map(({ type }) => type)).to.deep.equal([
        'reserve.low',
        'purchase.accepted',
      ]);
      expect(told(stream)).to.deep.equal([sold]);
    });

    it('hears of another process’s events by polling when no hint gets through', async () => {
      const stream = await ofAurora();
      await greeted(stream);
      await api.program.deps.pool.query(
        `INSERT INTO events (type, partner_id, data) VALUES ('reserve.low', 1, '{}')`,
      );
      await eventually('it', () => stream.events.length === 2, 2_500);
    });

    it('whose place is forgotten is told to look at everything anew', async () => {
      const stream = await ofAurora({ lastEventId: '4-4' });
      await greeted(stream);
      expect(stream.events[0]?.type).to.equal('reset');
      const sold = await sell();
      await eventually('what comes', () => told(stream).length === 1);
      expect(told(stream)).to.deep.equal([sold]);
    });

    it('sees by comments that the stream lives, and loses it when its key is revoked', async () => {
      const options = { partnerId: 1, name: 'guest', scopes: ['events'], actor: 'test' } as const;
      const guest = await createApiKey(api.program.deps.prisma, options);
      const stream = await open('/v1/partners/me/events', { bearer: guest.key });
      await eventually('two beats', () => stream.beats() >= 2, 3_000);
      await revokeApiKey(api.program.deps.prisma, { id: guest.id, actor: 'test' });
      await eventually('the end', () => stream.ended(), 3_000);
    });

    it('has a few streams, and the next is refused until one is closed', async () => {
      const [first] = [await ofAurora(), await ofAurora(), await ofAurora()];
      const refused = await ofAurora();
      expect([refused.status, refused.problem.code]).to.deep.equal([429, 'STREAMS_TOO_MANY']);
      expect(refused.headers.get('retry-after')).to.equal('5');
      first?.close();
      await eventually('a place', async () => (await ofAurora()).status === 200);
    });

    for (const [what, key, status, code] of [
      ['nobody', () => undefined, 401, 'KEY_MISSING'],
      ['a till', () => api.keys.aurora, 403, 'KEY_SCOPE_MISSING'],
      [
        'a wrong key',
        () => office.key.slice(0, -1) + (office.key.endsWith('a') ? 'b' : 'a'),
        401,
        'KEY_INVALID',
      ],
    ] as const)
      it(`is not ${what}`, async () => {
        const bearer = key();
        const answer = await open('/v1/partners/me/events', bearer === undefined ? {} : { bearer });
        expect([answer.status, answer.problem.code]).to.deep.equal([status, code]);
      });

    it('who asks for the head alone gets it, and no stream', async () => {
      const answer = await fetch(`${api.url}/v1/partners/me/events`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${office.key}` },
      });
      expect([answer.status, await answer.text()]).to.deep.equal([200, '']);
      await eventually('no stream', async () => (await openCount()) === 0);
    });

    for (const place of ['x', '1', '1-', '-1-1', '1-1-1', '99999999999999999999-1', `${2n ** 63n}-1`])
      it(`can’t be at the place ${place}`, async () => {
        const answer = await ofAurora({ lastEventId: place });
        expect([answer.status, answer.problem.code]).to.deep.equal([400, 'REQUEST_INVALID']);
      });
  });

  describe('a member', () => {
    it('is told of their own events at every brand, and of nobody else’s', async () => {
      const stream = await open(`/v1/members/${MIA}/events`, { bearer: await session(MIA) });
      await greeted(stream);
      await sell({ member: EVE });
      const sold = [await sell(), await sell({ currency: 'EUR' }, api.keys.boreal)];
      await eventually('two events', () => told(stream).length === 2);
      expect(told(stream)).to.deep.equal(sold);
      expect(stream.events.slice(1).every(({ data }) => data.data.member === MIA)).to.equal(true);
    });

    it('reads no other member’s', async () => {
      const answer = await open(`/v1/members/${EVE}/events`, { bearer: await session(MIA) });
      expect([answer.status, answer.problem.code]).to.deep.equal([403, 'SESSION_FOREIGN']);
      const nobody = await open(`/v1/members/${EVE}/events`);
      expect([nobody.status, nobody.problem.code]).to.deep.equal([401, 'SESSION_MISSING']);
    });

    it('loses the stream when the session ends', async () => {
      const stream = await open(`/v1/members/${MIA}/events`, { bearer: await session(MIA, 1) });
      await greeted(stream);
      await eventually('the end', () => stream.ended(), 4_000);
    });
  });

  describe('a reader that is slow', () => {
    const COUNT = 20_000;
    const PAGE = 100;

    it('is read for no further than it takes, holds nobody up, and gets everything in the end', async () => {
      const { pool } = api.program.deps;
      const quick = await ofAurora();
      await greeted(quick);
      const options = { partnerId: 2, name: 'slow', scopes: ['events'], actor: 'test' } as const;
      const { key } = await createApiKey(api.program.deps.prisma, options);
      let pages = 0;
      const query = pool.query.bind(pool);
      after(() => {
        pool.query = query;
      });
      pool.query = ((...args: Parameters<typeof query>) => {
        if (String(args[0]).includes('WHERE partner_id = $1 AND (tx, id) >')) pages += 1;
        return query(...args);
      }) as typeof pool.query;
      const { port } = new URL(api.url);
      const socket = connect(Number(port), '127.0.0.1');
      streams.push({ close: () => socket.destroy() } as unknown as EventStream);
      socket.write(`GET /v1/partners/me/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`);
      await once(socket, 'readable');
      await query(
        `INSERT INTO events (type, partner_id, data) SELECT 'reserve.low', 2, jsonb_build_object('n', n, 'pad', repeat('x', 1000))
         FROM generate_series(1, $1::int) n`,
        [COUNT],
      );
      api.program.deps.hints.give('events');
      // It takes nothing for a while: kernel and stream buffers fill, and then nothing more is read from the table.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const stalledAt = pages;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(stalledAt * PAGE, 'read ahead').to.be.lessThan(COUNT / 2);
      // The quick one's heartbeats go on, and are no pages of the slow one.
      expect(pages - stalledAt).to.be.lessThan(20);
      const sold = await sell();
      await eventually('the quick one', () => told(quick).includes(sold));
      const numbers: number[] = [];
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => {
        text += chunk;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) {
          const n = /^data: .*"n":(\d+)/.exec(line)?.[1];
          if (n) numbers.push(Number(n));
        }
      });
      // Chunks of HTTP may cut a line in two: those few are left out of the count, and the order has to hold.
      await eventually('everything', () => (numbers.at(-1) ?? 0) >= COUNT - 1, 30_000);
      expect(numbers.length).to.be.within(COUNT * 0.95, COUNT);
      expect(numbers.every((n, index) => index === 0 || n > (numbers[index - 1] ?? 0))).to.equal(true);
    });
  });

  describe('a program that stops', () => {
    it('ends its streams at once, and the readers go on elsewhere', async () => {
      const leaving = await startProgram(api.program.deps.config);
      const stream = await ofAurora({ at: leaving });
      await greeted(stream);
      const startedAt = Date.now();
      const stopped = leaving.stop();
      await eventually('the end', () => stream.ended(), 2_000);
      await stopped;
      expect(Date.now() - startedAt).to.be.lessThan(5_000);
      const sold = await sell();
      const next = await ofAurora({ lastEventId: stream.events.at(-1)?.id ?? '' });
      await eventually('it', () => told(next).length === 1);
      expect(told(next)).to.deep.equal([sold]);
    });
  });
});
