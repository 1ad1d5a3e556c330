import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startPostgres } from '../../../scripts/embedded/postgres.ts';
import type { Service } from '../../../scripts/embedded/service.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';

describe('A database that goes away and comes back', function () {
  this.timeout(120_000);
  let folder: string;
  let postgres: Service;
  let api: TestApi;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-outage-'));
    postgres = await startPostgres({ folder });
    api = await startApi({}, { databaseUrl: postgres.url });
  });
  after(async () => {
    await api.program.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const body = sale({ amount: 2_000 });
  let first: unknown;

  it('is named as the cause while it is away, with word that a repeat is safe', async () => {
    first = (await api.post('/v1/purchases', body, api.keys.aurora)).body;
    await postgres.stop();
    const answers = [
      await api.post('/v1/purchases', body, api.keys.aurora),
      await api.post('/v1/purchases', sale(), api.keys.aurora),
      await api.get('/v1/partners'),
      await api.get(`/v1/members/0x${'00'.repeat(19)}ef/balances`),
      await api.post('/v1/members', { account: `0x${'00'.repeat(19)}ef` }),
      await api.get('/v1/purchases/any', api.keys.boreal),
      await api.get(`/v1/receipts/0x${'ab'.repeat(32)}`),
    ];
    for (const { status, body: problem } of answers)
      expect([status, problem.code, problem.retry]).to.deep.equal([503, 'DATABASE_UNAVAILABLE', 'same-key']);
    expect((await api.get('/healthz')).status).to.equal(200);
    const ready = await api.get('/readyz');
    expect([ready.status, ready.body.database]).to.deep.equal([503, 'does not answer']);
  });

  it('is used again when it is back, without a restart', async () => {
    postgres = await startPostgres({ folder, port: { port: postgres.port, askedBy: 'the test' } });
    const again = await api.post('/v1/purchases', body, api.keys.aurora);
    expect([again.status, again.body]).to.deep.equal([200, first]);
    expect((await api.post('/v1/purchases', sale(), api.keys.aurora)).status).to.equal(201);
    expect((await api.get('/readyz')).body.database).to.equal('ok');
  });
});
