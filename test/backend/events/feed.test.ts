import { expect } from 'chai';
import { Registry } from 'prom-client';
import { type EventFeed, openEventFeed } from '../../../backend/events/event-feed.ts';
import { type Program, startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { NO_HINTS } from '../../../backend/shared/hints.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { type EventStream, openStream } from '../../helpers/event-stream.ts';
import { eventually } from '../../helpers/receiver.ts';

/** Longer than a look at the table without a hint takes. */
const LOOK_MS = 1_000;

/** Here no heartbeat makes a stream read again: it reads when it is woken. */
describe('The feed of events', function () {
  this.timeout(60_000);
  let api: TestApi;
  let other: Program;
  let stream: EventStream;
  const feeds: EventFeed[] = [];
  before(async () => {
    api = await startApi();
    const { deps } = api.program;
    other = await startProgram({ ...deps.config, eventHeartbeatMs: 3_600_000 });
    const options = { partnerId: 1, name: 'office', scopes: ['events'], actor: 'test' } as const;
    const { key } = await createApiKey(deps.prisma, options);
    stream = await openStream(`${other.url}/v1/partners/me/events`, { bearer: key });
    // Until the feed follows: its first look wakes everybody.
    await eventually('a greeting', () => stream.events.length === 1);
    await pause(1.5 * LOOK_MS);
  });
  after(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    stream.close();
    await other.stop();
    await api.program.stop();
  });

  const openFeed = () => {
    const { deps } = api.program;
    const feed = openEventFeed({ ...deps, hints: NO_HINTS, metrics: new Registry() });
    feeds.push(feed);
    return feed;
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const write = () =>
    api.program.deps.pool.query(
      `INSERT INTO events (type, partner_id, data) VALUES ('reserve.low', 1, '{}')`,
    );
  const sell = async () => {
    const count = stream.events.length;
    const startedAt = Date.now();
    expect((await api.post('/v1/purchases', sale(), api.keys.aurora)).status).to.equal(201);
    await eventually('it is told', () => stream.events.length > count, 4 * LOOK_MS);
    return Date.now() - startedAt;
  };
  /** The middle one of five: without a hint each but the first waits for almost a whole look. */
  const usual = async () => {
    const times = [await sell(), await sell(), await sell(), await sell(), await sell()];
    return times.sort((a, b) => a - b)[2];
  };

  it('wakes those whose events another process wrote, by its hint, long before the next look', async () => {
    expect(await usual()).to.be.lessThan(LOOK_MS / 2);
  });

  it('finds by looking what no hint told of', async () => {
    const count = stream.events.length;
    await write();
    await eventually('it is told', () => stream.events.length > count, 3 * LOOK_MS);
  });

  it('hears hints again after their connection was cut', async () => {
    const { pool } = api.program.deps;
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tessera hints' AND datname = current_database()`,
    );
    expect(rowCount).to.equal(2);
    await sell();
    await pause(3 * LOOK_MS);
    expect(await usual()).to.be.lessThan(LOOK_MS / 2);
  });

  it('wakes who came just before it began to follow', async () => {
    const feed = openFeed();
    await pause(LOOK_MS / 4);
    const listener = feed.listen('partner:1', 'test');
    // After the listener's own first reading, and before the feed's first look.
    await write();
    const startedAt = Date.now();
    await listener.wait(10 * LOOK_MS);
    expect(Date.now() - startedAt).to.be.lessThan(3 * LOOK_MS);
    listener.close();
  });

  it('wakes nobody for the events of others', async () => {
    const feed = openFeed();
    const [own, foreign] = [feed.listen('partner:1', 'a'), feed.listen('partner:2', 'b')];
    await pause(1.5 * LOOK_MS);
    await Promise.all([own.wait(0), foreign.wait(0)]);
    await write();
    const waited = async (listener: typeof own) => {
      const startedAt = Date.now();
      await listener.wait(3 * LOOK_MS);
      return Date.now() - startedAt;
    };
    const [ownMs, foreignMs] = await Promise.all([waited(own), waited(foreign)]);
    expect(ownMs).to.be.lessThan(2.5 * LOOK_MS);
    expect(foreignMs).to.be.at.least(3 * LOOK_MS - 50);
  });
});
