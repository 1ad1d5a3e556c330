/** The endpoints of acts, payments and vouchers, told nonsense: each answer names the field and the remedy, and nothing is written. */
import { expect } from 'chai';
import { type Answer, startApi, type TestApi } from '../../helpers/api.ts';

const MEMBER = '0x00000000000000000000000000000000000000aa';
const UUID = '3f0c9a52-6a4b-4a6e-9a51-0f9c2f4b7d11';
const act = (fields: object = {}) => ({
  kind: 'redemption',
  member: MEMBER,
  issuer: 1,
  counterparty: 2,
  amount: '10',
  minimum: '1',
  ref: `0x${'11'.repeat(32)}`,
  nonce: 0,
  deadline: Math.floor(Date.now() / 1000) + 600,
  ...fields,
});
const SIGNATURE = `0x${'22'.repeat(65)}`;

interface Case {
  name: string;
  ask: (api: TestApi) => Promise<Answer>;
  status: number;
  code: string;
  fields?: string[];
}

const submit = (fields: object) => (api: TestApi) =>
  api.post('/v1/acts', { act: act(fields), signature: SIGNATURE });
const invalidAct = (name: string, fields: object, named: string[]): Case => ({
  name: `an act with ${name}`,
  ask: submit(fields),
  status: 400,
  code: 'REQUEST_INVALID',
  fields: named.map((field) => `act.${field}`),
});
const quote = (name: string, body: unknown, named: string[]): Case => ({
  name: `a quote ${name}`,
  ask: (api) => api.post('/v1/quotes', body),
  status: 400,
  code: 'REQUEST_INVALID',
  fields: named,
});
const payment = (name: string, body: object, named: string[]): Case => ({
  name: `a payment with ${name}`,
  ask: (api) =>
    api.post('/v1/payments', { id: 'p-1', amount: 100, currency: 'USD', ...body }, api.keys.aurora),
  status: 400,
  code: 'REQUEST_INVALID',
  fields: named,
});
const wish = { kind: 'redemption', member: MEMBER, issuer: 1, counterparty: 2, amount: 1 };

const CASES: Case[] = [
  invalidAct('an unknown kind', { kind: 'theft' }, ['kind']),
  invalidAct('a member that is none', { member: '0x12' }, ['member']),
  invalidAct('an amount of zero', { amount: 0 }, ['amount']),
  invalidAct('a negative amount', { amount: '-1' }, ['amount']),
  invalidAct('a fraction', { amount: 1.5 }, ['amount']),
  invalidAct('a huge amount', { amount: (2n ** 48n).toString() }, ['amount']),
  invalidAct('a short reference', { ref: '0x11' }, ['ref']),
  invalidAct('a negative nonce', { nonce: -1 }, ['nonce']),
  invalidAct('a nonce of 33 bits', { nonce: 2 ** 32 }, ['nonce']),
  invalidAct('a deadline as text', { deadline: 'soon' }, ['deadline']),
  invalidAct('an unknown field', { tip: 1 }, ['tip']),
  {
    name: 'no body',
    ask: (api) => api.post('/v1/acts', {}),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['act', 'signature'],
  },
  {
    name: 'a signature of 3 bytes',
    ask: (api) => api.post('/v1/acts', { act: act(), signature: '0x112233' }),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['signature'],
  },
  {
    name: 'a passed deadline',
    ask: submit({ deadline: 1 }),
    status: 422,
    code: 'ACT_EXPIRED',
    fields: ['act.deadline'],
  },
  {
    // It may be that of an added key, which the chain alone knows, and there is none here.
    name: 'a signature that is not the account’s own',
    ask: submit({}),
    status: 503,
    code: 'CHAIN_UNAVAILABLE',
  },
  quote('without anything', {}, ['kind', 'member', 'issuer']),
  quote('without amount and counterparty', { kind: 'redemption', member: MEMBER, issuer: 1 }, [
    'counterparty',
    'amount',
  ]),
  quote('of a negative amount', { ...wish, amount: -5 }, ['amount']),
  quote('for a payment that is no id', { ...wish, payment: 'x' }, ['payment']),
  ...(
    [
      ['issuer', 'redemption', 'PARTNER_UNKNOWN'],
      ['counterparty', 'redemption', 'PARTNER_UNKNOWN'],
      ['counterparty', 'donation', 'CHARITY_UNKNOWN'],
    ] as const
  ).map(
    ([field, kind, code]): Case => ({
      name: `a ${kind} quoted for the last number that there is as its ${field}`,
      ask: (api) => api.post('/v1/quotes', { ...wish, kind, [field]: 2 ** 32 - 1 }),
      status: 404,
      code,
      fields: [field],
    }),
  ),
  {
    name: 'a quote of an unknown brand',
    ask: (api) => api.post('/v1/quotes', { ...wish, issuer: 77 }),
    status: 404,
    code: 'PARTNER_UNKNOWN',
    fields: ['issuer'],
  },
  {
    name: 'a quote for an unknown charity',
    ask: (api) => api.post('/v1/quotes', { ...wish, kind: 'donation', counterparty: 77 }),
    status: 404,
    code: 'CHARITY_UNKNOWN',
    fields: ['counterparty'],
  },
  {
    name: 'a quote of more than there is',
    ask: (api) => api.post('/v1/quotes', wish),
    status: 422,
    code: 'POINTS_INSUFFICIENT',
    fields: ['amount'],
  },
  {
    name: 'a quote for an unknown payment',
    ask: (api) => api.post('/v1/quotes', { ...wish, payment: UUID }),
    status: 404,
    code: 'PAYMENT_UNKNOWN',
    fields: ['payment'],
  },
  payment('an amount of zero', { amount: 0 }, ['amount']),
  payment('a fraction', { amount: 0.5 }, ['amount']),
  payment('more than can be signed for', { amount: '30000000000' }, ['amount']),
  payment('another currency', { currency: 'EUR' }, ['currency']),
  payment('an id with spaces', { id: 'a b' }, ['id']),
  {
    name: 'a payment without a key',
    ask: (api) => api.post('/v1/payments', { id: 'p', amount: 1, currency: 'USD' }),
    status: 401,
    code: 'KEY_MISSING',
  },
  {
    name: 'an unknown payment',
    ask: (api) => api.get(`/v1/payments/${UUID}`),
    status: 404,
    code: 'PAYMENT_UNKNOWN',
    fields: ['id'],
  },
  {
    name: 'a payment by a name',
    ask: (api) => api.get('/v1/payments/p-1'),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['id'],
  },
  {
    name: 'an unknown act',
    ask: (api) => api.get(`/v1/acts/${UUID}`),
    status: 404,
    code: 'ACT_UNKNOWN',
    fields: ['id'],
  },
  {
    name: 'an unknown voucher',
    ask: (api) => api.post('/v1/vouchers/0000-0000/use', {}, api.keys.aurora),
    status: 404,
    code: 'VOUCHER_UNKNOWN',
    fields: ['code'],
  },
  {
    name: 'a voucher without a key',
    ask: (api) => api.post('/v1/vouchers/000000-000000/use', {}),
    status: 401,
    code: 'KEY_MISSING',
  },
  {
    name: 'a voucher with a body',
    ask: (api) => api.post('/v1/vouchers/000000-000000/use', { by: 1 }, api.keys.aurora),
    status: 400,
    code: 'REQUEST_INVALID',
    fields: ['by'],
  },
];

describe('Bad input to acts, payments and vouchers', function () {
  this.timeout(120_000);
  let api: TestApi;
  let rows: Record<string, number>;
  before(async () => {
    api = await startApi();
    rows = await api.rowCounts();
  });
  after(() => api?.program.stop());

  for (const { name, ask, status, code, fields } of CASES)
    it(`${name}: ${status} ${code}`, async () => {
      const answer = await ask(api);
      expect([answer.status, answer.body.code], JSON.stringify(answer.body)).to.deep.equal([status, code]);
      const named = (answer.body.errors ?? []).map(({ field }: { field: string }) => field);
      if (fields) expect(named).to.have.members(fields);
      expect(answer.body.detail.length).to.be.greaterThan(10);
      const now = await api.rowCounts();
      expect(now).to.deep.equal(rows);
    });
});
