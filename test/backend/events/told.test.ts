import { expect } from 'chai';
import type { Hex } from 'viem';
import { publicActId } from '../../../backend/acts/public-id.ts';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { type EventRow, presentEvent } from '../../../backend/events/event.ts';
import { type Program, startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { watchReserves } from '../../../backend/partners/watch-reserves.ts';
import { expirePayments } from '../../../backend/payments/expire-payments.ts';
import { type Act, actDigest, actFromJson, actToJson } from '../../../backend/protocol/acts.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  CINDER,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
} from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';
import { eventually } from '../../helpers/receiver.ts';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: outside data that a test picks apart
  body: any;
}

describe('What partners and members are told', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let api: Program;
  let till: string;
  let mark = 0n;
  const tom = eoaMember('tom');

  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    api = await startProgram({ ...network.deps.config, roles: ['api'], port: 0 });
    const options = { partnerId: BOREAL, name: 'till 2', scopes: ['till'], actor: 'test' } as const;
    till = (await createApiKey(network.deps.prisma, options)).key;
    await network.earn(AURORA, [{ account: tom.account, points: 50_000n }]);
    await network.drain(process);
  });
  beforeEach(async () => {
    const { rows } = await network.deps.pool.query('SELECT coalesce(max(id), 0) AS id FROM events');
    mark = BigInt(rows[0].id);
  });
  after(async () => {
    await api?.stop();
    await network?.stop();
  });

  const ask = async (method: string, path: string, body?: unknown, key?: string) => {
    const response = await fetch(`${api.url}/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: Answer = { status: response.status, body: await response.json() };
    return answer;
  };
  /** What was told since the test began, of one brand or member. */
  const rowsSince = async () =>
    (
      await network.deps.pool.query<EventRow>('SELECT * FROM events WHERE id > $1 ORDER BY tx, id', [
        mark.toString(),
      ])
    ).rows;
  const toPartner = async (partner: number) =>
    (await rowsSince())
      .filter(({ partner_id }) => partner_id === partner)
      .map((row) => presentEvent(row, 'partner'));
  const toTom = async () =>
    (await rowsSince())
      .filter(({ account }) => account?.toString('hex') === tom.account.slice(2).toLowerCase())
      .map((row) => presentEvent(row, 'member'));
  const types = (events: { type: string }[]) => events.map(({ type }) => type);
  const sign = async (wish: object): Promise<{ act: Act; id: string; publicId: string }> => {
    const quoted = await ask('POST', '/quotes', { member: tom.account, issuer: AURORA, ...wish });
    expect(quoted.status, JSON.stringify(quoted.body)).to.equal(200);
    const act = actFromJson(quoted.body.act);
    const signature = await tom.sign(act, network.deps.network);
    const { body } = await ask('POST', '/acts', { act: actToJson(act), signature });
    return { act, id: body.id, publicId: publicActId(actDigest(act, network.deps.network)) };
  };
  const settle = async () => {
    await queueActs(process.deps);
    await network.drain(process);
  };

  describe('of a purchase', () => {
    it('accepted, issued with its transaction, and the batch final', async () => {
      await network.earn(AURORA, [{ account: tom.account, points: 7n }]);
      await network.drain(process);
      const events = await toPartner(AURORA);
      expect(types(events)).to.deep.equal(['purchase.accepted', 'purchase.issued', 'issuance.final']);
      const [accepted, issued, final] = events;
      expect(issued?.data).to.deep.include({ member: tom.account, points: '7' });
      expect(issued?.data.purchase).to.equal(accepted?.data.purchase);
      expect(issued?.data.receipt)
        .to.match(/^0x[0-9a-f]{64}$/)
        .and.equal(accepted?.data.receipt);
      expect(issued?.data.transaction)
        .to.match(/^0x[0-9a-f]{64}$/)
        .and.equal(final?.data.transaction);
      expect(final?.data).to.deep.include({ points: '7', members: 1 });
      expect(types(await toTom())).to.deep.equal(['purchase.accepted', 'purchase.issued']);
    });

    it('that waits for money: the reason, once, and the issue after the deposit', async () => {
      await network.earn(CINDER, [{ account: accountOf(1), points: 2_000n }]);
      for (let turn = 0; turn < 4; turn++) await process.issue();
      const waiting = await toPartner(CINDER);
      expect(types(waiting)).to.deep.equal(['purchase.accepted', 'issuance.waiting', 'purchase.waiting']);
      for (const { data } of waiting.slice(1))
        expect((data.reason as { code: string }).code).to.equal('RESERVE_TOO_LOW');
      await network.deposit(CINDER, 10_000_000n);
      await network.drain(process);
      expect(types(await toPartner(CINDER)).slice(3)).to.deep.equal(['purchase.issued', 'issuance.final']);
    });
  });

  describe('of a redemption at another brand', () => {
    it('issuer and member how far it is; the acceptor that it has the value, with the voucher; nobody else the voucher', async () => {
      const { id, publicId } = await sign({ kind: 'redemption', counterparty: BOREAL, amount: '100' });
      await settle();
      const toIssuer = await toPartner(AURORA);
      expect(types(toIssuer)).to.deep.equal(['act.accepted', 'act.mined', 'act.final']);
      for (const { data } of toIssuer) {
        expect(data.act).to.equal(publicId);
        expect(data).to.not.have.property('voucher');
      }
      expect(JSON.stringify(toIssuer)).to.not.contain(id);
      const member = await toTom();
      expect(types(member)).to.deep.equal(['act.accepted', 'act.mined', 'act.final']);
      expect(member[1]?.data).to.deep.include({
        act: id,
        kind: 'redemption',
        amount: '100',
        value: '1000000',
      });
      const acceptor = await toPartner(BOREAL);
      expect(types(acceptor)).to.deep.equal(['redemption.received', 'redemption.final']);
      expect(acceptor[0]?.data).to.deep.include({ act: publicId, member: tom.account, value: '1000000' });
      const voucher = (await ask('GET', `/acts/${id}`)).body.voucher;
      expect(acceptor[0]?.data.voucher).to.equal(voucher);
      expect(JSON.stringify([toIssuer, member])).to.not.contain(voucher);
      expect((await ask('POST', `/vouchers/${voucher}/use`, {}, till)).status).to.equal(200);
      expect((await toPartner(BOREAL)).at(-1)).to.deep.include({ type: 'voucher.used', data: { voucher } });
    });
  });

  describe('of an exchange', () => {
    it('the brand whose points were made', async () => {
      await sign({ kind: 'exchange', counterparty: BOREAL, amount: '100' });
      await settle();
      const target = await toPartner(BOREAL);
      expect(types(target)).to.deep.equal(['exchange.received', 'exchange.final']);
      expect(target[0]?.data).to.deep.include({ amount: '100', received: '250', value: '1000000' });
    });
  });

  describe('of an act that comes to nothing', () => {
    it('that it was skipped, and why', async () => {
      const { act } = await sign({ kind: 'donation', counterparty: 1, amount: '10' });
      // Somebody hands the same act in by another way first, and ours finds the nonce used.
      const { rows } = await network.deps.pool.query(
        `SELECT id FROM acts WHERE nonce = $1 AND kind = 'donation'`,
        [act.nonce],
      );
      await network.deps.pool.query(
        `UPDATE acts SET signature = set_byte(signature, 40, get_byte(signature, 40) # 1) WHERE id = $1`,
        [rows[0].id],
      );
      await settle();
      const events = await toTom();
      expect(types(events)).to.deep.equal(['act.accepted', 'act.skipped']);
      expect(events[1]?.data.reason).to.have.property('code');
    });
  });

  describe('of a payment', () => {
    let tillIds = 0;
    const openPayment = async () =>
      (await ask('POST', '/payments', { id: `pay-${++tillIds}`, amount: 50, currency: 'USD' }, till)).body;
    const poll = async (id: string, query: string) => {
      const startedAt = Date.now();
      const { status, body } = await ask('GET', `/payments/${id}?${query}`);
      return { status, state: body.status, code: body.code, ms: Date.now() - startedAt };
    };

    it('approved and paid, and a till that waits hears both at once', async () => {
      const payment = await openPayment();
      const waiting = poll(payment.id, 'wait=20');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await sign({ kind: 'redemption', counterparty: BOREAL, amount: '50', payment: payment.id });
      const approved = await waiting;
      expect([approved.status, approved.state]).to.deep.equal([200, 'approved']);
      expect(approved.ms).to.be.within(300, 5_000);
      const paying = poll(payment.id, 'wait=20&known=approved');
      await settle();
      network.deps.hints.give('events');
      expect((await paying).state).to.equal('paid');
      const events = (await toPartner(BOREAL)).filter(({ type }) => type.startsWith('payment.'));
      expect(types(events)).to.deep.equal(['payment.approved', 'payment.paid']);
      expect(events[0]?.data).to.deep.include({ payment: payment.id, till: `pay-${tillIds}`, amount: '50' });
    });

    it('answers at once who knows less, and after the time who knows all', async () => {
      const payment = await openPayment();
      expect((await poll(payment.id, 'wait=20&known=approved')).ms).to.be.lessThan(1_000);
      const late = await poll(payment.id, 'wait=1');
      expect(late.state).to.equal('open');
      expect(late.ms).to.be.within(950, 3_000);
      expect((await poll(payment.id, '')).ms).to.be.lessThan(1_000);
      for (const query of ['wait=31', 'wait=-1', 'wait=x', 'wait=1.5', 'known=lost', 'wat=1'])
        expect((await poll(payment.id, query)).code, query).to.equal('REQUEST_INVALID');
    });

    it('expired: told once, and a till that waits hears it at the second', async () => {
      const payment = await openPayment();
      const expiresAt = new Date(Date.now() + 1_200);
      await network.deps.pool.query('UPDATE payments SET expires_at = $2 WHERE id = $1', [
        payment.id,
        expiresAt,
      ]);
      const expired = await poll(payment.id, 'wait=20');
      expect(expired.state).to.equal('expired');
      expect(expired.ms).to.be.within(900, 3_000);
      await Promise.all([expirePayments(network.deps), expirePayments(network.deps)]);
      const events = (await toPartner(BOREAL)).filter(({ data }) => data.payment === payment.id);
      expect(types(events)).to.deep.equal(['payment.expired']);
    });
  });

  describe('of a reserve', () => {
    it('that falls short: once, with the points that wait counted, and once when it is sufficient again', async () => {
      const { pool } = network.deps;
      const look = () => Promise.all([watchReserves(network.deps), watchReserves(network.deps)]);
      await look();
      expect(types(await toPartner(CINDER))).to.deep.equal([]);
      await network.earn(CINDER, [{ account: accountOf(2), points: 20_000n }]);
      await look();
      await look();
      const low = (await toPartner(CINDER)).filter(({ type }) => type.startsWith('reserve.'));
      expect(types(low)).to.deep.equal(['reserve.low']);
      expect(low[0]?.data).to.deep.equal({
        reserve: '10000000',
        liability: '22000000',
        required: '22000000',
        deposit: '14200000',
      });
      await network.deposit(CINDER, 20_000_000n);
      await network.drain(process);
      await look();
      const after = (await toPartner(CINDER)).filter(({ type }) => type.startsWith('reserve.'));
      expect(types(after)).to.deep.equal(['reserve.low', 'reserve.restored']);
      expect((await pool.query('SELECT FROM reserve_alerts')).rowCount).to.equal(0);
    });
  });

  describe('of a block that the chain drops', () => {
    it('that all in it is undone, and done again', async () => {
      await network.stopMining();
      await network.mine(4);
      while (await process.index());
      await network.drain(process);
      const snapshot = await network.rpc<Hex>('evm_snapshot');
      await network.earn(AURORA, [{ account: tom.account, points: 9n }]);
      await sign({ kind: 'redemption', counterparty: BOREAL, amount: '70' });
      await queueActs(process.deps);
      await process.issue();
      await process.relay();
      await network.mine();
      while (await process.index());
      const received = (await toPartner(BOREAL)).map(({ type }) => type);
      expect(received).to.deep.equal(['redemption.received']);
      await network.rpc('evm_revert', snapshot);
      await network.mine(2);
      await eventually('it is undone', async () => {
        await process.index();
        return types(await toPartner(BOREAL)).includes('redemption.undone');
      });
      network.startMining();
      await settle();
      const ofBatch = types(await toPartner(AURORA)).filter((type) => !type.startsWith('act.'));
      expect(ofBatch).to.deep.equal([
        'purchase.accepted',
        'purchase.issued',
        'issuance.undone',
        'purchase.issued',
        'issuance.final',
      ]);
      expect(types(await toPartner(BOREAL))).to.deep.equal([
        'redemption.received',
        'redemption.undone',
        'redemption.received',
        'redemption.final',
      ]);
      expect(types(await toTom()).filter((type) => type.startsWith('act.'))).to.deep.equal([
        'act.accepted',
        'act.mined',
        'act.undone',
        'act.mined',
        'act.final',
      ]);
    });
  });
});
