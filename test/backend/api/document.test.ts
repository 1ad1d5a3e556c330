import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import express, { type Express } from 'express';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { defineContract } from '../../../backend/api/contract.ts';
import { CONTRACTS } from '../../../backend/api/contracts.ts';
import { describeApi, type JsonObject } from '../../../backend/api/describe-api.ts';
import { checkAnswer } from '../../../backend/api/send-answer.ts';
import { type Bound, on, serve } from '../../../backend/api/serve.ts';
import { createApp, WALLET_PATHS } from '../../../backend/app.ts';
import { CATALOGUE } from '../../../backend/shared/catalogue.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { answerProblems } from '../../../backend/shared/http/answers.ts';
import { makeTypes } from '../../../scripts/client.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { operationsOf } from '../../helpers/document.ts';

/** Paths that answer pages and not the API. */
const PAGES = [...WALLET_PATHS, '/till', '/audit', '/docs'];

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  /** Where it is mounted. */
  rawPath: string;
}

/** Every route that Express has, found without the contracts: `GET /v1/purchases/{id}`. */
function mountedRoutes(app: Express): string[] {
  const walk = (stack: Layer[], prefix: string): string[] =>
    stack.flatMap((layer) => {
      if (layer.route) {
        const { path, methods } = layer.route;
        return [path].flat().flatMap((one) => {
          const named =
            prefix === '' && PAGES.includes(one) ? one : (prefix + one).replaceAll(/:(\w+)/g, '{$1}');
          return Object.keys(methods).map((method) => `${method.toUpperCase()} ${named}`);
        });
      }
      const inner = layer.handle.stack;
      if (!inner) return [];
      const mount = layer.rawPath === '/' ? '' : layer.rawPath;
      return walk(inner, prefix + mount);
    });
  return walk((app.router as unknown as { stack: Layer[] }).stack, '');
}

describe('The API’s document', function () {
  this.timeout(60_000);
  const document = describeApi();
  const operations = operationsOf(document);
  let api: TestApi;
  /** The program's app once more, with metrics of its own. */
  const secondApp = () =>
    createApp(
      { ...api.program.deps, metrics: new Registry() },
      { recorder: {} as never, feed: {} as never, isStopping: () => false },
    );
  /** Asks routes that stand alone; `200 text`. */
  const askAlone = async (bound: readonly Bound[], path: string, init: RequestInit = {}) => {
    const { deps } = api.program;
    const server = express().use(serve(deps, bound), answerProblems(deps)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return `${response.status} ${await response.text()}`;
    } finally {
      server.close();
    }
  };
  before(async () => {
    api = await startApi();
  });
  after(() => api.program.stop());

  it('has a title of its own for each operation, so that a reader can tell them apart', () => {
    const paths = document.paths as Record<string, Record<string, { summary: string }>>;
    const titles = Object.values(paths).flatMap((path) => Object.values(path).map(({ summary }) => summary));
    expect(titles.filter((title, place) => titles.indexOf(title) !== place)).to.deep.equal([]);
  });

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(valid, JSON.stringify(errors)).to.equal(true);
    expect(document.openapi).to.equal('3.1.0');
  });

  it('has every route that is mounted, and no other', () => {
    const app = secondApp();
    const mounted = mountedRoutes(app).filter(
      (route) => !route.startsWith('_') && !/^\S+ undefined/.test(route),
    );
    const served = mounted.filter((route) => !PAGES.includes(route.split(' ')[1] ?? ''));
    const documented = operations.map(({ method, path }) => `${method} ${path}`);
    expect(served.toSorted()).to.deep.equal(documented.toSorted());
    expect(new Set(operations.map(({ id }) => id)).size).to.equal(operations.length);
  });

  it('is served, and told once to whoever has it', async () => {
    const { status, body, headers } = await api.get('/v1/openapi.json');
    expect([status, body]).to.deep.equal([200, JSON.parse(JSON.stringify(document))]);
    const again = await api.send('/v1/openapi.json', {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect([again.status, again.body]).to.deep.equal([304, '']);
  });

  it('names the codes that each route may refuse with, and each code’s own status', () => {
    const codesOf = (id: string) => {
      const { responses = {} } = operations.find((operation) => operation.id === id) ?? {};
      return Object.entries(responses).flatMap(([status, { content }]) => {
        const schema = content?.['application/problem+json']?.schema as
          | { properties: { code: { enum: (keyof typeof CATALOGUE)[] } } }
          | undefined;
        return (schema?.properties.code.enum ?? []).map((code) => {
          expect(String(CATALOGUE[code].status), code).to.equal(status);
          return code;
        });
      });
    };
    for (const { id } of operations) expect(codesOf(id), id).to.include('INTERNAL');
    expect(codesOf('recordPurchase')).to.include.members([
      'PURCHASE_ID_REUSED',
      'KEY_MISSING',
      'BODY_MALFORMED',
    ]);
    expect(codesOf('readNetwork')).to.not.include.members(['KEY_MISSING', 'BODY_MALFORMED']);
  });

  it('describes what a request may hold, not only its shape', () => {
    const { body } = operations.find(({ id }) => id === 'recordPurchase') ?? {};
    const { properties } = body as { properties: Record<string, JsonObject> };
    expect(properties.amount).to.deep.include({ type: ['integer', 'string'], minimum: 0, maximum: 10 ** 12 });
    const [named, claim] = (properties.member?.anyOf ?? []) as JsonObject[];
    expect(named?.pattern).to.equal('^([0-9]{8}|0x[0-9a-fA-F]{40})$');
    expect(claim?.required).to.deep.equal(['claim']);
    expect(body?.additionalProperties).to.equal(false);
  });

  it('is what the client’s types are made from', () => {
    expect(readFileSync('backend/client/api.ts', 'utf8'), 'run npm run client').to.equal(makeTypes());
  });

  describe('answers', () => {
    const contract = CONTRACTS.find(({ name }) => name === 'listPartners');
    const check = (status: number, body: unknown) => () => checkAnswer(contract as never, status, body);

    it('are held to it', () => {
      expect(check(200, { partners: [], next: null })).to.not.throw();
      expect(check(200, { partners: [] })).to.throw(DomainError, /next/);
      expect(check(200, { partners: [], next: null, secret: 1 })).to.throw(DomainError, /secret/);
      expect(check(201, { partners: [], next: null })).to.throw(DomainError, /no such status/);
    });

    it('that break it, and refusals that it does not name, are errors of ours', async () => {
      const base = { method: 'get', tag: 'Network', summary: 'x', caller: 'anyone' } as const;
      const answers = { 200: { description: 'x', schema: z.strictObject({ points: z.string() }) } };
      const routes = [
        on(defineContract({ ...base, name: 'a', path: '/a', answers }), () => ({ body: { points: 1 } })),
        on(defineContract({ ...base, name: 'b', path: '/b', answers }), () => {
          throw new DomainError('VOUCHER_USED');
        }),
        on(defineContract({ ...base, name: 'c', path: '/c', answers }), () => ({ body: { points: '1' } })),
      ];
      expect(await askAlone(routes, '/a')).to.match(/^500 .*INTERNAL/);
      expect(await askAlone(routes, '/b')).to.match(/^500 .*INTERNAL/);
      expect(await askAlone(routes, '/c')).to.equal('200 {"points":"1"}');
    });
  });

  describe('a contract with headers, a guard of its own and an answer without a body', () => {
    const contract = defineContract({
      method: 'post',
      tag: 'Network',
      summary: 'x',
      caller: 'anyone',
      name: 'c',
      path: '/c/:id',
      params: z.strictObject({ id: z.string() }),
      headers: z.object({ 'last-event-id': z.string().regex(/^\d+$/, 'Send digits.').optional() }),
      answers: {
        204: { description: 'Nothing to say.' },
        200: { description: 'x', schema: z.string(), type: 'text/plain' },
      },
      refusals: ['OVERLOADED'],
    });
    const ask = (headers: Record<string, string>, isBusy = false) => {
      const bound = on(
        contract,
        ({ headers: given }) => {
          const place = given['last-event-id'];
          return place === undefined ? { status: 204 } : { body: place };
        },
        (_request, _response, next) => next(isBusy ? new DomainError('OVERLOADED') : undefined),
      );
      return askAlone([bound], '/c/1', { method: 'POST', headers });
    };

    it('is kept', async () => {
      expect(await ask({})).to.equal('204 ');
      expect(await ask({ 'last-event-id': '7' })).to.equal('200 7');
    });

    it('refuses another header, and what its guard refuses', async () => {
      expect(await ask({ 'last-event-id': 'x' })).to.match(/^400 .*"field":"\(header\) last-event-id"/);
      expect(await ask({}, true)).to.match(/^429 .*OVERLOADED/);
    });

    it('is told by the document', () => {
      const [described] = operationsOf(describeApi([contract as never]));
      const headers = described?.parameters.filter(({ in: where }) => where === 'header');
      expect(headers?.map(({ name, required }) => [name, required])).to.deep.equal([
        ['last-event-id', false],
      ]);
      expect(described?.responses['204']).to.not.have.property('content');
    });
  });

  describe('what is polled', () => {
    it('has an ETag that changes with the answer, and 304 while it does not', async () => {
      const key = api.keys.aurora;
      const account = '0x00000000000000000000000000000000000000AA';
      const report = async () => (await api.post('/v1/purchases', sale({ member: account }), key)).body.id;
      const id = await report();
      const payment = await api.post('/v1/payments', { id: 'polled', amount: 5, currency: 'USD' }, key);
      for (const path of [
        '/v1/partners',
        '/v1/charities',
        '/v1/network',
        `/v1/members/${account}/balances`,
        `/v1/payments/${payment.body.id}`,
        `/v1/purchases/${id}`,
      ]) {
        const first = await api.get(path, key);
        const etag = first.headers.get('etag') ?? '';
        expect([first.status, etag], path).to.satisfy(([, tag]: string[]) => /^"[\w-]{22}"$/.test(tag ?? ''));
        expect(first.headers.get('cache-control')).to.equal('private, no-cache');
        const ask = (tag: string) =>
          api.send(path, { headers: { authorization: `Bearer ${key}`, 'if-none-match': tag } });
        const again = await ask(`"other", ${etag}`);
        expect([again.status, again.body, again.headers.get('etag')], path).to.deep.equal([304, '', etag]);
        expect((await ask('"other"')).status, path).to.equal(200);
      }
      const balances = `/v1/members/${account}/balances`;
      const before = (await api.get(balances)).headers.get('etag');
      await report();
      expect((await api.get(balances)).headers.get('etag')).to.not.equal(before);
    });

    it('is nothing that changes the world', () => {
      for (const { method, polled } of CONTRACTS) if (polled) expect(method).to.equal('get');
    });
  });

  describe('lists', () => {
    it('come in pages that join without a gap', async () => {
      const ids: number[] = [];
      let cursor = '';
      do {
        const { body } = await api.get(`/v1/partners?limit=1${cursor && `&cursor=${cursor}`}`);
        expect(body.partners.length).to.equal(1);
        ids.push(body.partners[0].id);
        cursor = body.next ?? '';
      } while (cursor);
      expect(ids).to.deep.equal([1, 2]);
    });

    for (const [what, query] of [
      ['a foreign cursor', 'cursor=abc'],
      ['a cursor of another list', `cursor=${Buffer.from('["x"]').toString('base64url')}`],
      ['a cursor past every number', `cursor=${Buffer.from('after-9999999999').toString('base64url')}`],
      ['a limit of nothing', 'limit=0'],
      ['a limit past the largest page', 'limit=101'],
      ['a limit twice', 'limit=1&limit=2'],
      ['what it does not know', 'page=2'],
    ] as const)
      it(`refuse ${what}`, async () => {
        for (const list of ['partners', 'charities']) {
          const { status, body } = await api.get(`/v1/${list}?${query}`);
          expect([status, body.code, body.errors[0].field]).to.deep.equal([
            400,
            'REQUEST_INVALID',
            query.split('=')[0],
          ]);
        }
      });
  });

  describe('every route', () => {
    it('tells its limit and the request’s id, also where it refuses', async () => {
      const id = 'till-7.attempt-1';
      for (const { method, path } of operations) {
        const url = path.replaceAll(/\{\w+\}/g, 'none');
        const { headers } = await api.send(url, { method, headers: { 'x-request-id': id } });
        expect(headers.get('x-request-id'), path).to.equal(id);
        expect(headers.get('ratelimit-policy'), path).to.match(/^"public"; q=\d+; w=60/);
        expect(headers.get('ratelimit'), path).to.match(/^"public"; r=\d+; t=\d+/);
      }
    });

    it('refuses other methods, and says which it has', async () => {
      for (const [path, those] of Map.groupBy(operations, ({ path }) => path)) {
        const { status, headers, body } = await api.send(path.replaceAll(/\{\w+\}/g, 'none'), {
          method: 'PROPFIND',
        });
        const allowed = those.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
        expect([status, body.code], path).to.deep.equal([405, 'METHOD_UNSUPPORTED']);
        expect(headers.get('allow')?.split(', ').sort(), path).to.deep.equal(allowed.sort());
        expect(headers.get('content-type')).to.contain('application/problem+json');
      }
    });
  });
});
