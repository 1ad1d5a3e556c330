import { expect } from 'chai';
import { verifyAuditChains } from '../../../backend/operations/verify-audit-chain.ts';
import { COALITION } from '../../../backend/partners/api-key.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { PERMISSION_NAMES, type Permission } from '../../../backend/partners/permission.ts';
import { startApi, type TestApi } from '../../helpers/api.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('API keys', function () {
  this.timeout(60_000);
  let api: TestApi;
  let now = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => new Date(now), seconds: () => Math.floor(now / 1000) };
  const keyOf = async (partnerId: number, scopes: readonly Permission[]) =>
    (await createApiKey(api.program.deps.prisma, { partnerId, name: 'k', scopes, actor: 'test' })).key;
  let owner: string;

  before(async () => {
    api = await startApi({}, { clock });
    owner = await keyOf(1, PERMISSION_NAMES);
  });
  after(() => api.program.stop());

  const make = async (body: object, by = owner) => api.post('/v1/keys', body, by);
  const ask = (method: string, path: string, body?: unknown, key = owner) =>
    api.send(path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const works = async (key: string) => (await api.get('/v1/till', key)).status;

  describe('POST /v1/keys', () => {
    it('makes a key that works, and tells its secret once', async () => {
      const { status, body } = await make({ name: 'Front till', scopes: ['till'] });
      expect([status, await works(body.key)]).to.deep.equal([201, 200]);
      const { body: list } = await api.get('/v1/keys', owner);
      const listed = list.keys.find(({ id }: { id: string }) => id === body.id);
      expect(listed).to.include({ name: 'Front till', status: 'active', prefix: body.prefix });
      const { rows } = await api.program.deps.pool.query(
        'SELECT row_to_json(k)::text AS row FROM api_keys k',
      );
      const secret = body.key.split('_').at(-1);
      expect(JSON.stringify([rows, list])).to.not.include(secret);
    });

    it('refuses what the maker may not do, and lets no key of a brand be an operator’s', async () => {
      const clerk = await keyOf(1, ['keys', 'reports']);
      const { status, body } = await make({ name: 'x', scopes: ['reports', 'till'] }, clerk);
      expect([status, body.code, body.details.permission]).to.deep.equal([403, 'KEY_BEYOND_OWN', 'till']);
      expect((await make({ name: 'x', scopes: ['reports'] }, clerk)).status).to.equal(201);
      expect((await make({ name: 'x', scopes: ['operator'] })).body.code).to.equal('REQUEST_INVALID');
      const { prisma } = api.program.deps;
      const wrong = { name: 'x', actor: 'test' } as const;
      for (const bad of [
        { ...wrong, partnerId: 1, scopes: ['operator'] as const },
        { ...wrong, partnerId: COALITION, scopes: ['till'] as const },
      ])
        expect(await createApiKey(prisma, bad).catch((error) => String(error))).to.include(
          'api_keys_operator',
        );
    });

    it('ends a key when its time is over', async () => {
      const expiresAt = new Date(now + 1000).toISOString();
      const { body } = await make({ name: 'short', scopes: ['till'], expiresAt });
      expect(await works(body.key)).to.equal(200);
      now += 1000;
      expect(await works(body.key)).to.equal(401);
      expect((await make({ name: 'x', scopes: ['till'], expiresAt })).body.code).to.equal('REQUEST_INVALID');
    });
  });

  describe('POST /v1/keys/:id/rotate', () => {
    it('gives a new secret; the old one is good for a day and not a second longer', async () => {
      const { body: old } = await make({ name: 'r', scopes: ['till'] });
      // The process has the old secret in mind, and takes the new one nevertheless.
      expect(await works(old.key)).to.equal(200);
      const { status, body } = await ask('POST', `/v1/keys/${old.id}/rotate`, {});
      expect([status, body.id, body.prefix]).to.deep.equal([200, old.id, old.prefix]);
      expect(body.key).to.not.equal(old.key);
      expect([await works(body.key), await works(old.key)]).to.deep.equal([200, 200]);
      now += DAY_MS - 1;
      expect(await works(old.key)).to.equal(200);
      now += 1;
      expect([await works(body.key), await works(old.key)]).to.deep.equal([200, 401]);
    });

    it('ends the old secret at once when asked to', async () => {
      const { body: old } = await make({ name: 'r', scopes: ['till'] });
      const { body } = await ask('POST', `/v1/keys/${old.id}/rotate`, { overlapSeconds: 0 });
      expect([await works(body.key), await works(old.key)]).to.deep.equal([200, 401]);
    });

    it('is refused to whoever may do less than the key: they would hold it afterwards', async () => {
      const { body: till } = await make({ name: 'r', scopes: ['till'] });
      const clerk = await keyOf(1, ['keys']);
      const { body } = await ask('POST', `/v1/keys/${till.id}/rotate`, {}, clerk);
      expect(body.code).to.equal('KEY_BEYOND_OWN');
      expect(await works(till.key)).to.equal(200);
    });
  });

  describe('all of them', () => {
    it('renames and revokes keys of the own brand, and nobody else’s', async () => {
      const { body: key } = await make({ name: 'before', scopes: ['till'] });
      const other = await keyOf(2, PERMISSION_NAMES);
      for (const [method, path, body] of [
        ['PATCH', `/v1/keys/${key.id}`, { name: 'x' }],
        ['POST', `/v1/keys/${key.id}/rotate`, {}],
        ['DELETE', `/v1/keys/${key.id}`, undefined],
      ] as const)
        expect((await ask(method, path, body, other)).body.code).to.equal('API_KEY_UNKNOWN');
      expect((await ask('PATCH', `/v1/keys/${key.id}`, { name: 'after' })).body.name).to.equal('after');
      expect((await ask('DELETE', `/v1/keys/${key.id}`)).status).to.equal(204);
      expect((await ask('DELETE', `/v1/keys/${key.id}`)).body.code).to.equal('API_KEY_UNKNOWN');
      expect((await ask('PATCH', `/v1/keys/${key.id}`, { name: 'x' })).body.code).to.equal('API_KEY_UNKNOWN');
    });

    it('lists page by page, without gap or repeat', async () => {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor ? `&cursor=${cursor}` : '';
        const { body } = await api.get(`/v1/keys?limit=3${query}`, owner);
        seen.push(...body.keys.map(({ id }: { id: string }) => id));
        cursor = body.next;
      }
      const { rows } = await api.program.deps.pool.query('SELECT id FROM api_keys WHERE partner_id = 1');
      expect(seen).to.have.length(rows.length);
      expect(new Set(seen).size).to.equal(rows.length);
    });

    it('writes the last use down once a minute, not at every request', async () => {
      const { body } = await make({ name: 'busy', scopes: ['till'] });
      await Promise.all(Array.from({ length: 20 }, () => works(body.key)));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { pool } = api.program.deps;
      const read = async () =>
        (await pool.query('SELECT xmin::text, last_used_at FROM api_keys WHERE id = $1', [body.id])).rows[0];
      const first = await read();
      expect(first.last_used_at?.toISOString()).to.equal(new Date(now).toISOString());
      now += 1_000;
      await Promise.all(Array.from({ length: 20 }, () => works(body.key)));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await read()).to.deep.equal(first);
    });

    it('audits every change with who made it', async () => {
      const { pool, prisma } = api.program.deps;
      const { rows } = await pool.query(
        `SELECT action, actor, before, after FROM audit_log WHERE partner_id = 1 AND action LIKE 'api-key.%' ORDER BY seq`,
      );
      const { id } = await prisma.apiKey.findFirstOrThrow({ where: { prefix: owner.slice(4, 14) } });
      const renamed = rows.find(({ action }) => action === 'api-key.renamed');
      expect(renamed).to.deep.equal({
        action: 'api-key.renamed',
        actor: `key:${id}`,
        before: { name: 'before' },
        after: { name: 'after' },
      });
      expect(new Set(rows.map(({ action }) => action))).to.deep.equal(
        new Set(['api-key.created', 'api-key.rotated', 'api-key.renamed', 'api-key.revoked']),
      );
      expect((await verifyAuditChains({ pool })).every(({ broken }) => broken === null)).to.equal(true);
    });
  });
});
