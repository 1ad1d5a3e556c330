import { expect } from 'chai';
import { EMPTY_WORD, encodeWord } from '../../../backend/protocol/account-word.ts';
import { epochAt } from '../../../backend/protocol/epochs.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';
import { deviceMember } from '../../helpers/members.ts';

const NOW = Date.UTC(2026, 7, 15) / 1000;
const EPOCH = epochAt(NOW, 1);

describe('Members', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startApi({}, { clock: { now: () => new Date(NOW * 1000), seconds: () => NOW } });
  });
  after(() => api.program.stop());

  describe('POST /v1/members', () => {
    it('enrols an address once: 201, then 200 with the same member', async () => {
      const account = '0x00000000000000000000000000000000000000C1';
      const first = await api.post('/v1/members', { account: account.toLowerCase() });
      const again = await api.post('/v1/members', { account });
      expect([first.status, again.status]).to.deep.equal([201, 200]);
      expect(first.body).to.deep.equal({ account, kind: 'eoa', code: first.body.code });
      expect(first.body.code).to.match(/^\d{8}$/);
      expect(again.body).to.deep.equal(first.body);
    });

    it('enrols a device key under the account that the key names', async () => {
      const { account, key } = await deviceMember();
      const { status, body } = await api.post('/v1/members', { publicKey: key });
      expect([status, body.account, body.kind]).to.deep.equal([201, account, 'device']);
    });

    it('adds the key to an account that a till has named before', async () => {
      const { account, key } = await deviceMember();
      await api.post('/v1/purchases', sale({ member: account }), api.keys.aurora);
      const before = (await api.get(`/v1/members/${account}`, api.keys.aurora)).body;
      expect(before.kind).to.equal('eoa');
      const { status, body } = await api.post('/v1/members', { publicKey: key });
      expect([status, body]).to.deep.equal([200, { ...before, kind: 'device' }]);
    });

    it('gives a hundred members at once a hundred codes', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          api.post('/v1/members', { account: `0x${(0xdd0000 + index).toString(16).padStart(40, '0')}` }),
        ),
      );
      expect(answers.every(({ status }) => status === 201)).to.equal(true);
      expect(new Set(answers.map(({ body }) => body.code)).size).to.equal(100);
    });

    it('enrols once though asked fifty times at once', async () => {
      const { key } = await deviceMember();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => api.post('/v1/members', { publicKey: key })),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
    });
  });

  describe('GET /v1/members/:accountOrCode', () => {
    it('finds by code and by account, in any letter case', async () => {
      const { body } = await api.post('/v1/members', {
        account: '0x00000000000000000000000000000000000000c2',
      });
      for (const name of [body.code, body.account, body.account.toLowerCase()])
        expect((await api.get(`/v1/members/${name}`, api.keys.boreal)).body).to.deep.equal(body);
    });
  });

  describe('GET /v1/members/:account/balances', () => {
    const account = '0x00000000000000000000000000000000000000c3';
    const hold = (partnerId: number, word: bigint) =>
      api.program.deps.prisma.tokenAccount.create({
        data: { partnerId, account: fromHex(account), word: word.toString() },
      });

    it('is empty for an account that nobody has heard of', async () => {
      const { status, body } = await api.get(`/v1/members/0x${'00'.repeat(19)}ef/balances`);
      expect(status).to.equal(200);
      expect(body).to.deep.include({ block: '0', balances: [], pending: [], debts: [] });
    });

    it('rolls words forward to the present epoch and leaves dead points out', async () => {
      // Aurora, two epochs ago: 70 points then, 30 the epoch before, 9 three before that, which are dead now.
      await hold(1, encodeWord({ buckets: [9n, 0n, 30n, 70n], epoch: EPOCH - 2, nextNonce: 5, window: 1 }));
      await hold(2, encodeWord({ ...EMPTY_WORD, buckets: [0n, 0n, 0n, 8n], epoch: EPOCH }));
      const { body } = await api.get(`/v1/members/${account}/balances`);
      expect(body.balances).to.deep.equal([
        {
          partner: 1,
          points: '100',
          value: '1000000',
          nextNonce: 5,
          buckets: [
            { epoch: EPOCH - 3, points: '30', value: '300000', expiresAt: '2026-10-01T00:00:00.000Z' },
            { epoch: EPOCH - 2, points: '70', value: '700000', expiresAt: '2027-01-01T00:00:00.000Z' },
          ],
        },
        {
          partner: 2,
          points: '8',
          value: '32000',
          nextNonce: 0,
          buckets: [{ epoch: EPOCH, points: '8', value: '32000', expiresAt: '2027-07-01T00:00:00.000Z' }],
        },
      ]);
    });

    it('shows what is earned and not on-chain yet, per brand, with how far it is', async () => {
      const { prisma } = api.program.deps;
      const member = '0x00000000000000000000000000000000000000c4';
      await api.post('/v1/purchases', sale({ member, amount: 1_000 }), api.keys.aurora);
      await api.post('/v1/purchases', sale({ member, amount: 2_000 }), api.keys.aurora);
      await api.post('/v1/purchases', sale({ member, amount: 2_500, currency: 'EUR' }), api.keys.boreal);
      const pending = async () => (await api.get(`/v1/members/${member}/balances`)).body.pending;
      expect(await pending()).to.deep.equal([
        { partner: 1, points: '30', reason: 'accepted' },
        { partner: 2, points: '30', reason: 'accepted' },
      ]);
      const data = { partnerId: 2, number: 1n, receiptsRoot: new Uint8Array(32), members: 1, points: 30n };
      const reason = { code: 'COVERAGE_INSUFFICIENT' };
      const batch = await prisma.issuanceBatch.create({ data: { ...data, status: 'waiting', reason } });
      await prisma.accrual.updateMany({
        where: { partnerId: 2, account: fromHex(member) },
        data: { batchId: batch.id },
      });
      expect((await pending())[1]).to.deep.equal({
        partner: 2,
        points: '30',
        reason: 'COVERAGE_INSUFFICIENT',
      });
      await prisma.issuanceBatch.update({ where: { id: batch.id }, data: { status: 'mined' } });
      expect(await pending()).to.deep.equal([{ partner: 1, points: '30', reason: 'accepted' }]);
    });
  });
});
