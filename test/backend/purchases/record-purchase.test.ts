import { expect } from 'chai';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { verifyReceipt } from '../../../backend/protocol/receipt.ts';
import { eoaOf } from '../../../backend/protocol/secp256k1-native.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import { type Answer, NETWORK, RECEIPT_KEY, sale, startApi, type TestApi } from '../../helpers/api.ts';

const MEMBER = '0x00000000000000000000000000000000000000AA';

describe('POST /v1/purchases', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.program.stop());

  const report = (fields: Record<string, unknown> = {}, key = api.keys.aurora) =>
    api.post('/v1/purchases', sale(fields), key);

  describe('a sale', () => {
    it('earns points by the rule of the brand, rounded down', async () => {
      const cases: [string, Record<string, unknown>, string][] = [
        [api.keys.aurora, { amount: 1234 }, '12'],
        [api.keys.aurora, { amount: 199 }, '1'],
        [api.keys.aurora, { amount: '10000' }, '100'],
        [api.keys.aurora, { amount: 10 ** 12 }, '10000000000'],
        [api.keys.boreal, { amount: 250, currency: 'EUR' }, '3'],
        [api.keys.boreal, { amount: 249, currency: 'EUR' }, '2'],
        [api.keys.boreal, { amount: 84, currency: 'EUR' }, '1'],
      ];
      for (const [key, fields, points] of cases) {
        const { status, body } = await report(fields, key);
        expect([status, body.points, body.status]).to.deep.equal([201, points, 'accepted']);
      }
    });

    it('answers with a receipt that the network has signed', async () => {
      const { body } = await report({ id: 'receipt-1', amount: 5_000 });
      expect(body.member).to.equal(MEMBER);
      expect(body.receipt).to.include({ partner: 1, purchase: 'receipt-1', points: '50', member: MEMBER });
      const signer = eoaOf(fromHex(RECEIPT_KEY));
      expect(signer).to.not.equal(null);
      if (signer) {
        expect(await verifyReceipt(body.receipt, { ...NETWORK, signer })).to.equal(null);
        const forged = { ...body.receipt, points: '51' };
        expect(await verifyReceipt(forged, { ...NETWORK, signer })).to.equal('RECEIPT_NOT_IN_GROUP');
      }
    });

    it('is written with its accrual, its ledger posting, its receipt, an event and an audit entry', async () => {
      const before = await api.rowCounts();
      await report({ amount: 700 });
      const after = await api.rowCounts();
      const added = Object.entries(after).flatMap(([table, rows]) =>
        rows === before[table] ? [] : [[table, rows - (before[table] ?? 0)]],
      );
      expect(Object.fromEntries(added)).to.deep.equal({
        accruals: 1,
        audit_log: 1,
        events: 1,
        ledger_entries: 2,
        purchases: 1,
        receipt_groups: 1,
        receipts: 1,
      });
    });

    it('that earns nothing is recorded, receipted and final, without an accrual', async () => {
      expect((await report({ amount: 0 })).body).to.include({ points: '0', status: 'final' });
      const before = await api.rowCounts();
      const { status, body } = await report({ amount: 99 });
      expect([status, body.points, body.status]).to.deep.equal([201, '0', 'final']);
      const after = await api.rowCounts();
      expect([after.purchases, after.accruals, after.ledger_entries]).to.deep.equal([
        (before.purchases ?? 0) + 1,
        before.accruals,
        before.ledger_entries,
      ]);
      expect((await api.get(`/v1/receipts/${body.receipt.receiptId}`)).body.inclusion).to.equal(null);
    });

    it('enrols an address that nobody has seen, once', async () => {
      const member = '0x00000000000000000000000000000000000000b1';
      await Promise.all([1, 2, 3].map(() => report({ member })));
      const found = await api.get(`/v1/members/${member}`, api.keys.boreal);
      expect(found.status).to.equal(200);
      expect(found.body.code).to.match(/^\d{8}$/);
    });

    it('names the member by code as well', async () => {
      const { body: member } = await api.post('/v1/members', {
        account: '0x00000000000000000000000000000000000000b2',
      });
      const { status, body } = await report({ member: member.code });
      expect([status, body.member]).to.deep.equal([201, member.account]);
    });
  });

  describe('the same sale again', () => {
    it('answers 200 with the first answer, to the byte', async () => {
      const body = sale({ amount: 4321 });
      const first = await api.post('/v1/purchases', body, api.keys.aurora);
      const again = await api.post('/v1/purchases', body, api.keys.aurora);
      expect([first.status, again.status]).to.deep.equal([201, 200]);
      expect(JSON.stringify(again.body)).to.equal(JSON.stringify(first.body));
    });

    it('is the same however it is written: by code, as a string, in another zone', async () => {
      const account = '0x00000000000000000000000000000000000000b3';
      const { code } = (await api.post('/v1/members', { account })).body;
      const first = await report({
        id: 'same-1',
        member: account,
        amount: 900,
        occurredAt: '2026-03-01T12:00:00Z',
      });
      const again = await report({
        id: 'same-1',
        member: code,
        amount: '900',
        occurredAt: '2026-03-01T13:00:00+01:00',
      });
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
    });

    it('a hundred times at once is one row and a hundred equal answers', async () => {
      const body = sale({ amount: 8_800 });
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => api.post('/v1/purchases', body, api.keys.aurora)),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(answers.filter(({ status }) => status === 200)).to.have.length(99);
      expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1);
      const rows = await api.program.deps.prisma.purchase.count({ where: { purchaseId: String(body.id) } });
      expect(rows).to.equal(1);
    });

    it('keeps its answer when the rule of the brand has changed since', async () => {
      const { prisma } = api.program.deps;
      const other = { partnerId: 7, slug: 'comet', colour: '#123456' };
      const rule = (currency: string) => ({ points: 1n, perMinor: 10n, currency });
      await setProgramme(prisma, { programme: { ...other, earning: rule('USD') }, actor: 'test' });
      const { key } = await createApiKey(prisma, {
        partnerId: 7,
        name: 'till',
        scopes: ['till'],
        actor: 'test',
      });
      const first = await report({ id: 'rule-1', amount: 100 }, key);
      await setProgramme(prisma, { programme: { ...other, earning: rule('EUR') }, actor: 'test' });
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const again = await report({ id: 'rule-1', amount: 100 }, key);
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      const fresh = await report({ id: 'rule-2', amount: 100 }, key);
      expect(fresh.body.code).to.equal('CURRENCY_UNSUPPORTED');
    });

    it('is another sale at another brand', async () => {
      const first = await report({ id: 'shared-1' });
      const other = await report({ id: 'shared-1', currency: 'EUR' }, api.keys.boreal);
      expect([first.status, other.status]).to.deep.equal([201, 201]);
    });
  });

  describe('another sale under the same id', () => {
    const expectReused = (answer: Answer) => {
      expect([answer.status, answer.body.code]).to.deep.equal([409, 'PURCHASE_ID_REUSED']);
      expect(answer.body.errors[0].field).to.equal('id');
      expect(answer.body.detail).to.contain('its own id');
    };

    it('is refused, whichever field differs, and writes nothing', async () => {
      const body = sale({ amount: 500 });
      await api.post('/v1/purchases', body, api.keys.aurora);
      const before = await api.rowCounts();
      const changes = [
        { amount: 501 },
        { member: MEMBER.replace('AA', 'ab') },
        { occurredAt: '2026-03-01T12:30:00.001Z' },
      ];
      for (const change of changes)
        expectReused(
          await api.post(
            '/v1/purchases',
            { ...body, ...change, member: change.member ?? body.member },
            api.keys.aurora,
          ),
        );
      const after = await api.rowCounts();
      expect(after).to.deep.equal(before);
    });

    it('at the same moment: one body wins, the other is refused', async () => {
      const body = sale({ amount: 600 });
      const other = { ...body, amount: 601 };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          api.post('/v1/purchases', index % 2 ? other : body, api.keys.aurora),
        ),
      );
      const good = answers.filter(({ status }) => status < 300);
      expect(good).to.have.length(10);
      expect(good.filter(({ status }) => status === 201)).to.have.length(1);
      expect(new Set(good.map((answer) => JSON.stringify(answer.body))).size).to.equal(1);
      for (const answer of answers.filter(({ status }) => status >= 300)) expectReused(answer);
    });
  });

  describe('GET /v1/purchases/:id', () => {
    it('answers the purchase with how far it is, to its own brand only', async () => {
      const { body } = await report({ id: 'state-1' });
      const state = await api.get('/v1/purchases/state-1', api.keys.aurora);
      expect(state.status).to.equal(200);
      expect(state.body).to.deep.equal({ ...body, amount: '1234', currency: 'USD', returns: [] });
      const foreign = await api.get('/v1/purchases/state-1', api.keys.boreal);
      expect([foreign.status, foreign.body.code]).to.deep.equal([404, 'PURCHASE_UNKNOWN']);
    });

    it('follows the batch, and says why it waits', async () => {
      const { body } = await report({ id: 'state-2', amount: 300 });
      const { prisma } = api.program.deps;
      const batch = await prisma.issuanceBatch.create({
        data: { partnerId: 1, number: 1n, receiptsRoot: new Uint8Array(32), members: 1, points: 3n },
      });
      const accrual = { receiptId: fromHex(body.receipt.receiptId) };
      await prisma.accrual.update({ where: accrual, data: { batchId: batch.id, leafIndex: 0 } });
      const expected = {
        ready: 'batched',
        queued: 'batched',
        sent: 'sent',
        mined: 'mined',
        final: 'final',
      } as const;
      for (const [status, shown] of Object.entries(expected) as [keyof typeof expected, string][]) {
        await prisma.issuanceBatch.update({ where: { id: batch.id }, data: { status } });
        expect((await api.get('/v1/purchases/state-2', api.keys.aurora)).body.status).to.equal(shown);
      }
      const reason = {
        code: 'COVERAGE_INSUFFICIENT',
        message: 'The reserve is short.',
        details: { reserve: '1' },
      };
      await prisma.issuanceBatch.update({ where: { id: batch.id }, data: { status: 'waiting', reason } });
      const waiting = await api.get('/v1/purchases/state-2', api.keys.aurora);
      expect(waiting.body).to.deep.include({ status: 'waiting', reason });
      const again = await report({ id: 'state-2', amount: 300 });
      expect([again.status, again.body]).to.deep.equal([200, body]);
    });
  });
});
