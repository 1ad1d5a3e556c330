/** Every endpoint of the foundation, told nonsense: each answer names the field and the remedy, and nothing is written. */
import { expect } from 'chai';
import { type Answer, sale, startApi, type TestApi } from '../helpers/api.ts';

const ACCOUNT = '0x00000000000000000000000000000000000000aa';
const HUGE = 2 ** 60;

interface Case {
  name: string;
  ask: (api: TestApi) => Promise<Answer>;
  status: number;
  code: string;
  /** Paths that "errors" has to name, all and no others. */
  fields?: string[];
  /** Words that the detail or a field's message has to hold. */
  says?: RegExp;
}

const json = (body: string, key?: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
  body,
});
const till = (fields: Record<string, unknown>) => (api: TestApi) =>
  api.post('/v1/purchases', sale(fields), api.keys.aurora);
const invalid = (name: string, fields: Record<string, unknown>, named: string[], says?: RegExp): Case => ({
  name,
  ask: till(fields),
  status: 400,
  code: 'REQUEST_INVALID',
  fields: named,
  ...(says && { says }),
});

const PURCHASES: Case[] = [
  {
    name: 'malformed JSON',
    ask: (api) => api.send('/v1/purchases', json('{"id": ', api.keys.aurora)),
    status: 400,
    code: 'BODY_MALFORMED',
    fields: ['(body)'],
    says: /JSON/,
  },
  {
    name: 'half of a UTF-8 character',
    ask: (api) =>
      api.send('/v1/purchases', { ...json('', api.keys.aurora), body: Buffer.from([0x22, 0xc3]) }),
    status: 400,
    code: 'BODY_MALFORMED',
    fields: ['(body)'],
  },
  {
    name: 'a list instead of an object',
    ask: (api) => api.send('/v1/purchases', json('[1]', api.keys.aurora)),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['(body)'],
  },
  {
    name: 'a bare number',
    ask: (api) => api.send('/v1/purchases', json('7', api.keys.aurora)),
    status: 400,
    code: 'BODY_MALFORMED',
  },
  {
    name: 'no body at all',
    ask: (api) =>
      api.send('/v1/purchases', { method: 'POST', headers: { authorization: `Bearer ${api.keys.aurora}` } }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['id', 'member', 'amount', 'currency', 'occurredAt'],
  },
  {
    name: 'a form instead of JSON',
    ask: (api) =>
      api.send('/v1/purchases', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${api.keys.aurora}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'id=1',
      }),
    status: 415,
    code: 'BODY_TYPE_UNSUPPORTED',
    says: /application\/json/,
  },
  {
    name: 'a body of 70 kB',
    ask: (api) => api.post('/v1/purchases', sale({ note: 'x'.repeat(70_000) }), api.keys.aurora),
    status: 413,
    code: 'BODY_TOO_LARGE',
    says: /64 kB/,
  },
  invalid('an unknown field', { tip: 5 }, ['tip'], /leave it out/),
  invalid('two wrong fields at once', { amount: null, currency: 7 }, ['amount', 'currency']),
  invalid('no id', { id: undefined }, ['id'], /needed/),
  invalid('an empty id', { id: '' }, ['id']),
  invalid('an id of 101 characters', { id: 'x'.repeat(101) }, ['id'], /100/),
  invalid('an id with a NUL', { id: 'a\u0000b' }, ['id']),
  invalid('an id that is a number', { id: 5 }, ['id'], /string/),
  invalid('a negative amount', { amount: -100 }, ['amount'], /from 0 to 1000000000000/),
  invalid('a negative amount as text', { amount: '-100' }, ['amount']),
  invalid('a fraction', { amount: 12.34 }, ['amount'], /whole number/),
  invalid('a fraction as text', { amount: '12.34' }, ['amount']),
  invalid('an amount past 10^12', { amount: 10 ** 12 + 1 }, ['amount']),
  invalid('an amount that floats cannot hold', { amount: HUGE }, ['amount']),
  invalid('a huge amount as text', { amount: '9'.repeat(40) }, ['amount']),
  invalid('an amount with an exponent as text', { amount: '1e3' }, ['amount']),
  invalid('an amount in hex', { amount: '0x10' }, ['amount']),
  invalid('an amount with spaces', { amount: ' 10' }, ['amount']),
  invalid('an amount that is a truth value', { amount: true }, ['amount']),
  invalid('an amount in a list', { amount: [5] }, ['amount']),
  invalid('a currency in small letters', { currency: 'usd' }, ['currency'], /capital/),
  invalid('a time without a zone', { occurredAt: '2026-03-01T12:30:00' }, ['occurredAt'], /zone/),
  invalid('a day that does not exist', { occurredAt: '2026-02-30T12:00:00Z' }, ['occurredAt']),
  invalid('a time before 1970', { occurredAt: '1969-12-31T23:59:59Z' }, ['occurredAt'], /1970/),
  invalid('a time next century', { occurredAt: '2126-01-01T00:00:00Z' }, ['occurredAt'], /ahead/),
  invalid('Unix seconds for a time', { occurredAt: 1_700_000_000 }, ['occurredAt'], /ISO 8601/),
  invalid('no time', { occurredAt: undefined }, ['occurredAt']),
  invalid('a member that is neither code nor account', { member: 'mia' }, ['member'], /8 digits/),
  invalid('the zero address', { member: `0x${'0'.repeat(40)}` }, ['member']),
  invalid(
    'an address with a wrong checksum',
    { member: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'.replace('5aA', '5AA') },
    ['member'],
    /checksum/,
  ),
  {
    name: 'a code that nobody has',
    ask: till({ member: '00000000' }),
    status: 404,
    code: 'MEMBER_UNKNOWN',
    fields: ['member'],
  },
  {
    name: 'another currency than the rule’s',
    ask: till({ currency: 'EUR' }),
    status: 422,
    code: 'CURRENCY_UNSUPPORTED',
    fields: ['currency'],
    says: /USD/,
  },
  {
    name: 'no key',
    ask: (api) => api.post('/v1/purchases', sale()),
    status: 401,
    code: 'KEY_MISSING',
    says: /authorization/,
  },
  {
    name: 'the key of nobody',
    ask: (api) => api.post('/v1/purchases', sale(), `tsk_${'0'.repeat(10)}_${'x'.repeat(32)}`),
    status: 401,
    code: 'KEY_INVALID',
  },
  {
    name: 'a malformed key',
    ask: (api) => api.post('/v1/purchases', sale(), 'tsk_short'),
    status: 401,
    code: 'KEY_INVALID',
  },
  {
    name: 'another brand’s secret behind our prefix',
    ask: (api) => api.post('/v1/purchases', sale(), api.keys.aurora.slice(0, 15) + api.keys.boreal.slice(15)),
    status: 401,
    code: 'KEY_INVALID',
  },
  {
    name: 'DELETE',
    ask: (api) => api.send('/v1/purchases', { method: 'DELETE' }),
    status: 405,
    code: 'METHOD_UNSUPPORTED',
  },
  {
    name: 'GET of an unknown purchase',
    ask: (api) => api.get('/v1/purchases/none', api.keys.aurora),
    status: 404,
    code: 'PURCHASE_UNKNOWN',
    fields: ['id'],
  },
  {
    name: 'GET of an impossible id',
    ask: (api) => api.get('/v1/purchases/%00', api.keys.aurora),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['id'],
  },
  {
    name: 'GET of a broken escape',
    ask: (api) => api.get('/v1/purchases/%E0%A4%A', api.keys.aurora),
    status: 404,
    code: 'ROUTE_UNKNOWN',
  },
  {
    name: 'GET without a key',
    ask: (api) => api.get('/v1/purchases/none'),
    status: 401,
    code: 'KEY_MISSING',
  },
];

const point = { x: `0x${'11'.repeat(32)}`, y: `0x${'22'.repeat(32)}` };
const MEMBERS: Case[] = [
  {
    name: 'malformed JSON',
    ask: (api) => api.send('/v1/members', json('{')),
    status: 400,
    code: 'BODY_MALFORMED',
    fields: ['(body)'],
  },
  {
    name: 'an empty object',
    ask: (api) => api.post('/v1/members', {}),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['account'],
    says: /either .*account/,
  },
  {
    name: 'both account and key',
    ask: (api) => api.post('/v1/members', { account: ACCOUNT, publicKey: point }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['account'],
  },
  {
    name: 'an account that is a number',
    ask: (api) => api.post('/v1/members', { account: 5 }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['account'],
  },
  {
    name: 'an account that is too long',
    ask: (api) => api.post('/v1/members', { account: `${ACCOUNT}00` }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['account'],
  },
  {
    name: 'the zero address',
    ask: (api) => api.post('/v1/members', { account: `0x${'0'.repeat(40)}` }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['account'],
  },
  {
    name: 'a key off the curve',
    ask: (api) => api.post('/v1/members', { publicKey: point }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['publicKey'],
    says: /curve/,
  },
  {
    name: 'half a key',
    ask: (api) => api.post('/v1/members', { publicKey: { x: point.x } }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['publicKey.y'],
  },
  {
    name: 'a key of 31 bytes',
    ask: (api) => api.post('/v1/members', { publicKey: { ...point, x: `0x${'11'.repeat(31)}` } }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['publicKey.x'],
    says: /64 hex digits/,
  },
  {
    name: 'an unknown field in the key',
    ask: (api) => api.post('/v1/members', { publicKey: { ...point, z: 1 } }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['publicKey.z'],
  },
  {
    name: 'GET of an unknown account',
    ask: (api) => api.get(`/v1/members/0x${'00'.repeat(19)}ee`, api.keys.aurora),
    status: 404,
    code: 'MEMBER_UNKNOWN',
    fields: ['member'],
  },
  {
    name: 'GET of an unknown code',
    ask: (api) => api.get('/v1/members/00000000', api.keys.aurora),
    status: 404,
    code: 'MEMBER_UNKNOWN',
    fields: ['member'],
  },
  {
    name: 'GET of something else',
    ask: (api) => api.get('/v1/members/mia', api.keys.aurora),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['member'],
  },
  {
    name: 'GET without a key',
    ask: (api) => api.get(`/v1/members/${ACCOUNT}`),
    status: 401,
    code: 'KEY_MISSING',
  },
  {
    name: 'balances of a code',
    ask: (api) => api.get('/v1/members/12345678/balances'),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['member'],
  },
  {
    name: 'history without a session',
    ask: (api) => api.get(`/v1/members/${ACCOUNT}/history`),
    status: 401,
    code: 'SESSION_MISSING',
  },
  {
    name: 'history with a till key',
    ask: (api) => api.get(`/v1/members/${ACCOUNT}/history`, api.keys.aurora),
    status: 401,
    code: 'SESSION_MISSING',
  },
  {
    name: 'history with a made-up session',
    ask: (api) => api.get(`/v1/members/${ACCOUNT}/history`, `tss_${'x'.repeat(43)}`),
    status: 401,
    code: 'SESSION_INVALID',
  },
];

const OTHERS: Case[] = [
  {
    name: 'GET /v1/receipts of an unknown id',
    ask: (api) => api.get(`/v1/receipts/0x${'ab'.repeat(32)}`),
    status: 404,
    code: 'RECEIPT_UNKNOWN',
    fields: ['receiptId'],
  },
  {
    name: 'GET /v1/receipts of no id',
    ask: (api) => api.get('/v1/receipts/17'),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['receiptId'],
  },
  {
    name: 'POST /v1/partners',
    ask: (api) => api.post('/v1/partners', {}),
    status: 405,
    code: 'METHOD_UNSUPPORTED',
  },
  {
    name: 'POST /v1/network',
    ask: (api) => api.post('/v1/network', {}),
    status: 405,
    code: 'METHOD_UNSUPPORTED',
  },
  {
    name: 'POST /v1/charities',
    ask: (api) => api.post('/v1/charities', {}),
    status: 405,
    code: 'METHOD_UNSUPPORTED',
  },
  {
    name: 'a path that nobody serves',
    ask: (api) => api.get('/v1/coupons'),
    status: 404,
    code: 'ROUTE_UNKNOWN',
    says: /\/v1/,
  },
  {
    name: 'a page that nobody made',
    ask: (api) => api.get('/../../etc/passwd'),
    status: 404,
    code: 'ROUTE_UNKNOWN',
  },
];

describe('Bad input', function () {
  this.timeout(60_000);
  let api: TestApi;
  let before: Record<string, number>;
  beforeEach(async () => {
    api ??= await startApi();
    before = await api.rowCounts();
  });
  after(() => api.program.stop());

  const suites = { '/v1/purchases': PURCHASES, '/v1/members': MEMBERS, 'other endpoints': OTHERS };
  for (const [endpoint, cases] of Object.entries(suites))
    describe(endpoint, () => {
      for (const { name, ask, status, code, fields, says } of cases)
        it(`refuses ${name} with ${code}, and writes nothing`, async () => {
          const { status: answered, headers, body } = await ask(api);
          expect([answered, body.code], JSON.stringify(body)).to.deep.equal([status, code]);
          expect(headers.get('content-type')).to.contain('application/problem+json');
          expect(body).to.include({ status, requestId: headers.get('x-request-id') });
          expect(body.type).to.equal(`urn:tessera:problem:${code.toLowerCase().replaceAll('_', '-')}`);
          expect(body.detail.length).to.be.greaterThan(body.title.length);
          const named = (body.errors ?? []).map(({ field }: { field: string }) => field);
          if (fields) expect(named).to.have.members(fields);
          if (says) expect(JSON.stringify(body)).to.match(says);
          expect(await api.rowCounts()).to.deep.equal(before);
        });
    });
});
