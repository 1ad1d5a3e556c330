import { expect } from 'chai';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { createSealer } from '../../../backend/shared/seal.ts';
import { type Answer, startApi, type TestApi } from '../../helpers/api.ts';

const KEY = '11'.repeat(32);
const URL_OF_NOBODY = 'https://hooks.example/tessera';
const NO_ID = '00000000-0000-4000-8000-000000000000';

describe('/v1/webhooks', function () {
  this.timeout(60_000);
  let api: TestApi;
  let aurora: string;
  let boreal: string;
  before(async () => {
    api = await startApi({ secretsKeys: [KEY] });
    const { prisma } = api.program.deps;
    const keyOf = async (partnerId: number) =>
      (await createApiKey(prisma, { partnerId, name: 'office', scopes: ['webhooks'], actor: 'test' })).key;
    aurora = await keyOf(1);
    boreal = await keyOf(2);
  });
  after(() => api.program.stop());

  const ask = (method: string, path: string, body: unknown, key?: string): Promise<Answer> =>
    api.send(path, {
      method,
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const create = async (body: object = { url: URL_OF_NOBODY }, key = aurora) =>
    (await ask('POST', '/v1/webhooks', body, key)).body;

  describe('a new webhook', () => {
    it('is answered with its secret, once, and the secret is encrypted in the database', async () => {
      const { status, body, headers } = await ask(
        'POST',
        '/v1/webhooks',
        { url: URL_OF_NOBODY, types: ['act.mined'], description: 'Books' },
        aurora,
      );
      expect(status).to.equal(201);
      expect(headers.get('cache-control')).to.equal('no-store');
      const { secret, ...shown } = body;
      expect(secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(shown).to.deep.include({
        url: URL_OF_NOBODY,
        types: ['act.mined'],
        description: 'Books',
        status: 'active',
      });
      expect((await api.get(`/v1/webhooks/${body.id}`, aurora)).body).to.deep.equal(shown);
      expect((await api.get('/v1/webhooks', aurora)).body.webhooks).to.deep.include(shown);
      const { rows } = await api.program.deps.pool.query('SELECT * FROM webhook_endpoints WHERE id = $1', [
        body.id,
      ]);
      expect(JSON.stringify(rows) + rows[0].secret.toString('latin1')).to.not.contain(secret.slice(6));
      expect(createSealer([KEY]).open(rows[0].secret, `webhook ${body.id}`)).to.equal(secret);
    });

    it('is not one too many', async () => {
      const { prisma } = api.program.deps;
      const options = { partnerId: 2, name: 'crowd', scopes: ['webhooks'], actor: 'test' } as const;
      const { key } = await createApiKey(prisma, options);
      const answers = await Promise.all(
        Array.from({ length: 25 }, () => ask('POST', '/v1/webhooks', { url: URL_OF_NOBODY }, key)),
      );
      const codes = answers.map(({ status, body }) => `${status} ${body.code ?? ''}`).sort();
      expect(codes.filter((code) => code === '201 ')).to.have.length(20);
      expect(codes.filter((code) => code === '409 WEBHOOKS_TOO_MANY')).to.have.length(5);
    });

    it('is refused without a key to keep its secret under', async () => {
      const bare = await startApi();
      try {
        const options = { partnerId: 1, name: 'office', scopes: ['webhooks'], actor: 'test' } as const;
        const { key } = await createApiKey(bare.program.deps.prisma, options);
        const { status, body } = await bare.post('/v1/webhooks', { url: URL_OF_NOBODY }, key);
        expect([status, body.code]).to.deep.equal([503, 'SECRETS_KEY_MISSING']);
        expect((await bare.rowCounts()).webhook_endpoints).to.equal(0);
      } finally {
        await bare.program.stop();
      }
    });

    for (const [what, body, code] of [
      ['a private address', { url: 'https://10.0.0.1/' }, 'WEBHOOK_URL_FORBIDDEN'],
      ['this machine', { url: 'http://localhost:3000/' }, 'WEBHOOK_URL_FORBIDDEN'],
      ['no URL', { url: 'hooks' }, 'WEBHOOK_URL_FORBIDDEN'],
      ['a type that is none', { url: URL_OF_NOBODY, types: ['purchase.lost'] }, 'REQUEST_INVALID'],
      ['an unknown field', { url: URL_OF_NOBODY, secret: 'mine' }, 'REQUEST_INVALID'],
      ['nothing', {}, 'REQUEST_INVALID'],
    ] as const)
      it(`is refused with ${what}, and nothing is written`, async () => {
        const before = await api.rowCounts();
        const answer = await ask('POST', '/v1/webhooks', body, aurora);
        expect(answer.body.code).to.equal(code);
        expect(await api.rowCounts()).to.deep.equal(before);
      });
  });

  describe('a change', () => {
    it('of settings is kept, audited, and leaves the rest as it was', async () => {
      const { id, secret: _secret, ...before } = await create({ url: URL_OF_NOBODY, types: ['act.final'] });
      const { body } = await ask('PATCH', `/v1/webhooks/${id}`, { url: 'https://new.example/' }, aurora);
      expect(body).to.deep.equal({ ...before, id, url: 'https://new.example/' });
      const { rows } = await api.program.deps.pool.query(
        `SELECT action, after FROM audit_log WHERE subject = $1 ORDER BY seq`,
        [`webhook:${id}`],
      );
      expect(rows.map(({ action }) => action)).to.deep.equal(['webhook.created', 'webhook.changed']);
      expect(rows[1].after).to.include({ url: 'https://new.example/', status: 'active' });
    });

    it('to a forbidden URL is refused', async () => {
      const { id } = await create();
      const { body } = await ask('PATCH', `/v1/webhooks/${id}`, { url: 'https://169.254.169.254/' }, aurora);
      expect(body.code).to.equal('WEBHOOK_URL_FORBIDDEN');
      expect((await api.get(`/v1/webhooks/${id}`, aurora)).body.url).to.equal(URL_OF_NOBODY);
    });

    it('of the secret answers the new one, once, and says how long the old one signs', async () => {
      const { id, secret } = await create();
      const { body } = await ask('POST', `/v1/webhooks/${id}/rotate`, { overlapSeconds: 60 }, aurora);
      expect(body.secret)
        .to.match(/^whsec_/)
        .and.not.equal(secret);
      expect(Date.parse(body.previousSecretUntil) - Date.now()).to.be.within(50_000, 61_000);
      expect((await api.get(`/v1/webhooks/${id}`, aurora)).body).to.not.have.property('secret');
    });

    it('that deletes it leaves nothing behind', async () => {
      const { id } = await create();
      expect((await ask('DELETE', `/v1/webhooks/${id}`, undefined, aurora)).status).to.equal(204);
      expect((await api.get(`/v1/webhooks/${id}`, aurora)).body.code).to.equal('WEBHOOK_UNKNOWN');
    });
  });

  describe('who may', () => {
    const routes = (id: string): [string, string, unknown][] => [
      ['GET', '/v1/webhooks', undefined],
      ['POST', '/v1/webhooks', { url: URL_OF_NOBODY }],
      ['GET', `/v1/webhooks/${id}`, undefined],
      ['PATCH', `/v1/webhooks/${id}`, { status: 'paused' }],
      ['DELETE', `/v1/webhooks/${id}`, undefined],
      ['POST', `/v1/webhooks/${id}/rotate`, {}],
      ['POST', `/v1/webhooks/${id}/test`, {}],
      ['POST', `/v1/webhooks/${id}/replay`, {}],
      ['GET', `/v1/webhooks/${id}/deliveries`, undefined],
      ['GET', `/v1/webhooks/${id}/deliveries/${NO_ID}`, undefined],
      ['POST', `/v1/webhooks/${id}/deliveries/${NO_ID}/replay`, {}],
    ];

    it('is neither nobody nor a till', async () => {
      const { id } = await create();
      for (const [method, path, body] of routes(id)) {
        const nobody = await ask(method, path, body);
        expect([nobody.status, nobody.body.code], `${method} ${path}`).to.deep.equal([401, 'KEY_MISSING']);
        const till = await ask(method, path, body, api.keys.aurora);
        expect([till.status, till.body.code], `${method} ${path}`).to.deep.equal([403, 'KEY_SCOPE_MISSING']);
      }
    });

    it('is not another brand: to it there is nothing there, and nothing happens', async () => {
      const { id } = await create();
      const before = (await api.get(`/v1/webhooks/${id}`, aurora)).body;
      for (const [method, path, body] of routes(id).slice(2)) {
        const answer = await ask(method, path, body, boreal);
        expect([answer.status, answer.body.code], `${method} ${path}`).to.deep.equal([
          404,
          'WEBHOOK_UNKNOWN',
        ]);
      }
      expect((await api.get('/v1/webhooks', boreal)).body.webhooks).to.not.deep.include(before);
      expect((await api.get(`/v1/webhooks/${id}`, aurora)).body).to.deep.equal(before);
    });
  });

  describe('kept secrets', () => {
    const context = 'webhook 1';
    const other = '22'.repeat(32);

    it('are read by every key of the list, and sealed by the first', () => {
      const old = createSealer([KEY]).seal('secret', context);
      expect(createSealer([other, KEY]).open(old, context)).to.equal('secret');
      const fresh = createSealer([other, KEY]).seal('secret', context);
      expect(createSealer([other]).open(fresh, context)).to.equal('secret');
      expect(() => createSealer([KEY]).open(fresh, context)).to.throw(/can’t be read/);
    });

    it('can’t be read for something else, nor when a bit of them was changed', () => {
      const sealer = createSealer([KEY]);
      const sealed = sealer.seal('secret', context);
      expect(() => sealer.open(sealed, 'webhook 2')).to.throw(/can’t be read/);
      for (const at of sealed.keys()) {
        const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
        expect(() => sealer.open(changed, context), `byte ${at}`).to.throw(/can’t be read/);
      }
      expect(sealer.seal('secret', context)).to.not.deep.equal(sealed);
    });
  });
});
