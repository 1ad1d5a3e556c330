import { expect } from 'chai';
import { createApiKey, revokeApiKey } from '../../../backend/partners/create-api-key.ts';
import { pointsForPurchase } from '../../../backend/partners/partner.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { MAX_MINOR_UNITS, MAX_POINTS, MinorUnits } from '../../../backend/shared/units.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';

describe('Partners', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.program.stop());

  describe('pointsForPurchase', () => {
    const points = (total: bigint, each: bigint, perMinor: bigint) =>
      pointsForPurchase(MinorUnits.of(total), { points: each, perMinor, currency: 'USD' });

    it('rounds down, in favour of who funds the points', () => {
      expect([points(99n, 1n, 100n), points(100n, 1n, 100n), points(199n, 1n, 100n)]).to.deep.equal([
        0n,
        1n,
        1n,
      ]);
      expect([points(7n, 3n, 2n), points(1n, 0n, 1n)]).to.deep.equal([10n, 0n]);
    });

    it('never gives two sales more than their sum', () => {
      for (let total = 1n; total < 500n; total += 7n)
        expect(points(total, 3n, 250n) + points(500n - total, 3n, 250n) <= points(500n, 3n, 250n)).to.equal(
          true,
        );
    });

    it('refuses more points than an account can hold', () => {
      const most = points(MAX_MINOR_UNITS, MAX_POINTS, MAX_MINOR_UNITS);
      expect(most).to.equal(MAX_POINTS);
      expect(() => points(MAX_MINOR_UNITS, MAX_POINTS + 1n, MAX_MINOR_UNITS))
        .to.throw(DomainError)
        .that.includes({ code: 'POINTS_TOO_MANY' });
    });
  });

  describe('GET /v1/partners', () => {
    it('lists the brands with their point values and earning rules', async () => {
      const { status, body } = await api.get('/v1/partners');
      expect(status).to.equal(200);
      expect(body.partners).to.have.length(2);
      expect(body.partners[1]).to.deep.equal({
        id: 2,
        slug: 'boreal',
        name: 'Boreal',
        symbol: 'BOR',
        token: '0xa2A2a2A2A2A2A2a2a2a2a2A2A2A2A2a2A2A2a2a2',
        colour: '#0ea5e9',
        quartersPerEpoch: 1,
        validity: 4,
        transferable: false,
        value: '4000',
        nextValue: '4000',
        coverageBps: 10_000,
        earning: { points: '3', perMinor: '250', currency: 'EUR' },
        halted: false,
      });
    });
  });

  describe('GET /v1/till', () => {
    it('tells a till whose it is, by its key alone', async () => {
      expect((await api.get('/v1/till', api.keys.aurora)).body).to.deep.equal({ partner: 1 });
      expect((await api.get('/v1/till', api.keys.boreal)).body).to.deep.equal({ partner: 2 });
    });

    it('tells nobody without a key', async () => {
      const { status, body } = await api.get('/v1/till');
      expect([status, body.code]).to.deep.equal([401, 'KEY_MISSING']);
    });
  });

  describe('API keys', () => {
    it('are kept as hashes only', async () => {
      const { prisma, pool } = api.program.deps;
      const { key, prefix } = await createApiKey(prisma, {
        partnerId: 1,
        name: 'second',
        scopes: ['till'],
        actor: 'test',
      });
      const { rows } = await pool.query(
        `SELECT k.sha256 = sha256(convert_to($1, 'UTF8')) AS hashed, k::text LIKE '%' || $2 || '%' AS plain FROM api_keys k WHERE prefix = $3`,
        [key, key.split('_').at(-1), prefix],
      );
      expect(rows).to.deep.equal([{ hashed: true, plain: false }]);
      expect((await api.post('/v1/purchases', sale(), key)).status).to.equal(201);
    });

    it('without the scope are told which one is missing, and write nothing', async () => {
      const { key } = await createApiKey(api.program.deps.prisma, {
        partnerId: 1,
        name: 'none',
        scopes: [],
        actor: 'test',
      });
      const before = await api.rowCounts();
      const answers = [
        await api.post('/v1/purchases', sale(), key),
        await api.get('/v1/purchases/any', key),
        await api.get('/v1/members/12345678', key),
        await api.get('/v1/till', key),
      ];
      for (const { status, body } of answers) {
        expect([status, body.code]).to.deep.equal([403, 'KEY_SCOPE_MISSING']);
        expect(body.details).to.deep.equal({ scope: 'till' });
      }
      expect(await api.rowCounts()).to.deep.equal(before);
    });

    it('report for their own brand, whatever the body says', async () => {
      const { body } = await api.post(
        '/v1/purchases',
        sale({ id: 'own-1', currency: 'EUR' }),
        api.keys.boreal,
      );
      expect(body.receipt.partner).to.equal(2);
      const { body: refused } = await api.post('/v1/purchases', sale({ partner: 1 }), api.keys.boreal);
      expect(refused.errors[0].field).to.equal('partner');
    });

    it('end within seconds of being revoked', async () => {
      const { prisma } = api.program.deps;
      const { key, id } = await createApiKey(prisma, {
        partnerId: 1,
        name: 'lost',
        scopes: ['till'],
        actor: 'test',
      });
      expect((await api.post('/v1/purchases', sale(), key)).status).to.equal(201);
      expect(await revokeApiKey(prisma, { id, actor: 'test' })).to.equal(true);
      expect(await revokeApiKey(prisma, { id, actor: 'test' })).to.equal(false);
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect((await api.post('/v1/purchases', sale(), key)).body.code).to.equal('KEY_INVALID');
    });

    it('of wrong secrets stop being looked up after sixty tries a minute', async () => {
      expect((await api.get('/v1/partners', api.keys.aurora)).status).to.equal(200);
      const { key } = await createApiKey(api.program.deps.prisma, {
        partnerId: 1,
        name: 'new',
        scopes: ['till'],
        actor: 'test',
      });
      const tries = [];
      for (let index = 0; index < 70; index++)
        tries.push(await api.get('/v1/partners', `tsk_${String(index).padStart(10, '0')}_${'x'.repeat(32)}`));
      expect(tries.filter(({ body }) => body.code === 'KEY_INVALID').length).to.be.at.most(60);
      const limited = tries.at(-1);
      expect([limited?.status, limited?.body.code]).to.deep.equal([429, 'RATE_LIMITED']);
      expect(Number(limited?.headers.get('retry-after'))).to.be.within(1, 60);
      // A guess that is right comes too late; keys that were in use before go on.
      expect((await api.get('/v1/partners', key)).status).to.equal(429);
      expect((await api.post('/v1/purchases', sale(), api.keys.aurora)).status).to.equal(201);
    });
  });

  describe('programmes', () => {
    it('are written with what they were and became, and only when they change', async () => {
      const { prisma } = api.program.deps;
      const rule = { points: 2n, perMinor: 100n, currency: 'USD' };
      const programme = { partnerId: 9, slug: 'dune', colour: '#aabbcc', earning: rule };
      await setProgramme(prisma, { programme, actor: 'ann' });
      await setProgramme(prisma, { programme, actor: 'ann' });
      await setProgramme(prisma, {
        programme: { ...programme, earning: { ...rule, points: 3n } },
        actor: 'bob',
      });
      const entries = await prisma.auditEntry.findMany({ where: { partnerId: 9 }, orderBy: { seq: 'asc' } });
      expect(entries.map(({ actor, action }) => [actor, action])).to.deep.equal([
        ['ann', 'programme.set'],
        ['bob', 'programme.set'],
      ]);
      expect(entries[1]?.before).to.deep.include({
        earning: { points: '2', perMinor: '100', currency: 'USD' },
      });
      expect(entries[1]?.after).to.deep.include({
        earning: { points: '3', perMinor: '100', currency: 'USD' },
      });
    });

    it('refuse a rule that divides by nothing', async () => {
      const earning = { points: 1n, perMinor: 0n, currency: 'USD' };
      const programme = { partnerId: 9, slug: 'dune', colour: '#aabbcc', earning };
      const error = await setProgramme(api.program.deps.prisma, { programme, actor: 'test' }).catch(
        (thrown) => thrown,
      );
      expect(error).to.include({ code: 'REQUEST_INVALID' });
      expect(error.fields[0].field).to.equal('earning.perMinor');
    });
  });
});
