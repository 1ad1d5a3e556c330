import { expect } from 'chai';
import { forgetEvents, KEEP_EVENTS_MS } from '../../../backend/events/forget-events.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { forgetDeliveries } from '../../../backend/webhooks/forget-deliveries.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';

const MINUTE_MS = 60_000;

describe('Forgetting', function () {
  this.timeout(60_000);
  let api: TestApi;
  let hook: { id: string };
  before(async () => {
    api = await startApi({ secretsKeys: ['44'.repeat(32)] });
    const options = { partnerId: 1, name: 'office', scopes: ['webhooks'], actor: 'test' } as const;
    const { key } = await createApiKey(api.program.deps.prisma, options);
    hook = (await api.post('/v1/webhooks', { url: 'https://hooks.example/' }, key)).body;
  });
  after(() => api.program.stop());

  const later = (ms: number) => {
    const now = () => new Date(Date.now() + ms);
    return { ...api.program.deps, clock: { now, seconds: () => Math.floor(now().getTime() / 1000) } };
  };
  const counts = async () => {
    const { events, webhook_deliveries, webhook_attempts } = await api.rowCounts();
    return { events, webhook_deliveries, webhook_attempts };
  };
  const sell = () => api.post('/v1/purchases', sale(), api.keys.aurora);

  it('takes events and deliveries that are older than 30 days, and no others', async () => {
    const { pool } = api.program.deps;
    for (let index = 0; index < 3; index++) await sell();
    await pool.query(
      `INSERT INTO webhook_attempts (delivery_id, attempt, at, duration_ms, status) SELECT id, 1, now(), 1, 200 FROM webhook_deliveries`,
    );
    const before = { events: 3, webhook_deliveries: 3, webhook_attempts: 3 };
    expect(await counts()).to.deep.equal(before);
    const early = later(KEEP_EVENTS_MS - MINUTE_MS);
    expect([await forgetDeliveries(early), await forgetEvents(early)]).to.deep.equal([0, 0]);
    expect(await counts()).to.deep.equal(before);
    await pool.query(
      `UPDATE events SET at = now() - interval '31 days' WHERE id = (SELECT min(id) FROM events)`,
    );
    expect(await forgetEvents(api.program.deps)).to.equal(1);
    const late = later(KEEP_EVENTS_MS + MINUTE_MS);
    expect([await forgetDeliveries(late), await forgetEvents(late)]).to.deep.equal([3, 2]);
    expect(await counts()).to.deep.equal({ events: 0, webhook_deliveries: 0, webhook_attempts: 0 });
  });

  it('takes what a webhook that was deleted at that very moment left behind', async () => {
    const { pool } = api.program.deps;
    await sell();
    await pool.query(
      `INSERT INTO webhook_deliveries (endpoint_id, event_tx, event_id, next_attempt_at)
       SELECT gen_random_uuid(), tx, id, now() FROM events`,
    );
    expect(await forgetDeliveries(api.program.deps)).to.equal(1);
    const { rows } = await pool.query('SELECT endpoint_id FROM webhook_deliveries');
    expect(rows).to.deep.equal([{ endpoint_id: hook.id }]);
  });

  it('puts events of a restored dump, whose transactions are still to come here, before all others', async () => {
    const { pool } = api.program.deps;
    await pool.query(`UPDATE events SET tx = tx + 1000000`);
    const { rows: old } = await pool.query('SELECT id FROM events');
    await sell();
    await forgetEvents(api.program.deps);
    const { rows } = await pool.query('SELECT tx, id FROM events ORDER BY tx, id');
    expect(rows).to.have.length(2);
    expect(rows[0]).to.deep.equal({ tx: 1n, id: old[0].id });
  });
});
