import { expect } from 'chai';
import fc from 'fast-check';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { ApiProblem, type Client, createClient } from '../../../backend/client/index.ts';
import { type Program, startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { expirePayments } from '../../../backend/payments/expire-payments.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import {
  AURORA,
  BOREAL,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
} from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';

type Opening = Parameters<Client['openPayment']>[0]['body'];

describe('Payment requests', function () {
  this.timeout(180_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let api: Program;
  let till: Client;
  let own: Client;
  let serial = 0;

  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    api = await startProgram({ ...network.deps.config, roles: ['api'], port: 0, sponsoredActsPerDay: 1_000 });
    const clientOf = async (partnerId: number) => {
      const order = { partnerId, name: 'till 2', scopes: ['till'], actor: 'test' } as const;
      const { key } = await createApiKey(network.deps.prisma, order);
      return createClient({ url: api.url, bearer: key });
    };
    till = await clientOf(BOREAL);
    own = await clientOf(AURORA);
  });
  after(async () => {
    await api?.stop();
    await network?.stop();
  });

  type Member = ReturnType<typeof eoaMember>;
  const rich = async (points = 1_000n, partner = AURORA): Promise<Member> => {
    const member = eoaMember(`payer ${++serial}`);
    await network.earn(partner, [{ account: member.account, points }]);
    await network.drain(process);
    return member;
  };
  const openSum = (fields: Partial<Opening> = {}) =>
    till.openPayment({ body: { id: `pay-${++serial}`, amount: 250, currency: 'USD', ...fields } });
  const quote = (payment: string, member: Member, fields: { amount?: number; issuer?: number } = {}) =>
    till.quoteAct({
      body: { kind: 'redemption', member: member.account, issuer: AURORA, payment, ...fields },
    });
  const approve = async (
    payment: string,
    member: Member,
    fields: { amount?: number; issuer?: number } = {},
  ) => {
    const { act } = await quote(payment, member, fields);
    const signature = await member.sign(actFromJson(act), network.deps.network);
    return till.submitAct({ body: { act, signature } });
  };
  const read = (id: string) => till.readPayment({ params: { id } });
  const capture = (id: string, by = till) => by.capturePayment({ params: { id }, body: {} });
  const release = (id: string, by = till) => by.releasePayment({ params: { id }, body: {} });
  const cancel = (id: string, by = till) => by.cancelPayment({ params: { id }, body: {} });
  const statusOf = async (id: string) => (await read(id)).status;
  const actStatus = async (id: string) => (await till.readAct({ params: { id } })).status;
  const drain = async () => {
    await queueActs(process.deps);
    await network.drain(process);
  };
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
    );
  const told = async (payment: string): Promise<string[]> => {
    const { rows } = await network.deps.pool.query<{ type: string }>(
      `SELECT type FROM events WHERE data->>'payment' = $1 ORDER BY tx, id`,
      [payment],
    );
    return rows.map(({ type }) => type);
  };
  /** Lets the time of a payment pass. */
  const outlast = (id: string) =>
    network.deps.pool.query(
      `UPDATE payments SET expires_at = now() - interval '1 second', held_until = held_until - interval '2 hours' WHERE id = $1`,
      [id],
    );

  describe('with manual capture', () => {
    it('hold what the member signed until the till captures it', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const act = await approve(id, member);
      expect(act.status).to.equal('held');
      await drain();
      const held = await read(id);
      expect([held.status, held.act, held.signed]).to.deep.equal([
        'held',
        act.id,
        { issuer: AURORA, points: '250', value: '2500000' },
      ]);
      // Nothing goes to the chain, and the points are spoken for.
      expect([await actStatus(act.id), await balanceOf(network, AURORA, member.account)]).to.deep.equal([
        'held',
        1_000n,
      ]);
      const wish = {
        kind: 'redemption',
        member: member.account,
        issuer: AURORA,
        counterparty: AURORA,
      } as const;
      expect(await codeOf(till.quoteAct({ body: { ...wish, amount: 751 } }))).to.equal('POINTS_INSUFFICIENT');
      expect((await till.quoteAct({ body: { ...wish, amount: 750 } })).act.nonce).to.equal(1);

      expect((await capture(id)).status).to.equal('approved');
      await drain();
      const paid = await read(id);
      expect([paid.status, paid.paid]).to.deep.equal(['paid', '2500000']);
      expect(await balanceOf(network, AURORA, member.account)).to.equal(750n);
      expect((await capture(id)).status).to.equal('paid');
      expect(await codeOf(release(id))).to.equal('PAYMENT_NOT_HELD');
      expect(await told(id)).to.deep.equal(['payment.held', 'payment.approved', 'payment.paid']);
    });

    it('let the points go when the till releases them', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const act = await approve(id, member);
      expect((await release(id)).status).to.equal('released');
      expect((await release(id)).status).to.equal('released');
      await drain();
      const dropped = await till.readAct({ params: { id: act.id } });
      expect([dropped.status, dropped.reason?.code]).to.deep.equal(['failed', 'PAYMENT_RELEASED']);
      expect(await codeOf(capture(id))).to.equal('PAYMENT_NOT_HELD');
      expect(await codeOf(approve(id, member))).to.equal('PAYMENT_CLOSED');
      // All of the points can be spent, by the number that was free again.
      const next = await openSum({ amount: 1_000 });
      await approve(next.id, member);
      await drain();
      expect([await statusOf(next.id), await statusOf(id)]).to.deep.equal(['paid', 'released']);
      expect(await told(id)).to.deep.equal(['payment.held', 'payment.released']);
    });

    it('run out: the act is dropped, and a late capture is refused', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const act = await approve(id, member);
      await outlast(id);
      expect(await statusOf(id)).to.equal('expired');
      expect(await codeOf(capture(id))).to.equal('PAYMENT_NOT_HELD');
      expect(await actStatus(act.id)).to.equal('held');
      expect(await expirePayments(network.deps)).to.equal(1);
      const dropped = await till.readAct({ params: { id: act.id } });
      expect([dropped.status, dropped.reason?.code]).to.deep.equal(['failed', 'ACT_EXPIRED']);
      await drain();
      expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
      expect(await told(id)).to.deep.equal(['payment.held', 'payment.expired']);
    });

    it('are not captured when the points are gone, which the till hears, and may release', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual', amount: 900 });
      await approve(id, member);
      // The member spends them behind the network's back.
      const { encodeExecute } = await import('../../../backend/acts/encode-acts.ts');
      const wish = {
        kind: 'redemption',
        member: member.account,
        issuer: AURORA,
        counterparty: AURORA,
      } as const;
      const { act } = await till.quoteAct({ body: { ...wish, amount: 50 } });
      const other = { ...actFromJson(act), amount: 500n, minimum: 0n };
      const data = encodeExecute(other, await member.sign(other, network.deps.network));
      await network.call(network.people.admin, network.deployment.coalition, data);
      expect(await codeOf(capture(id))).to.equal('POINTS_INSUFFICIENT');
      expect(await statusOf(id)).to.equal('held');
      expect((await release(id)).status).to.equal('released');
    });

    it('are paid when the member brings the act to the chain, captured or not', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const { act } = await quote(id, member);
      const signature = await member.sign(actFromJson(act), network.deps.network);
      await till.submitAct({ body: { act, signature } });
      await release(id);
      const { encodeExecute } = await import('../../../backend/acts/encode-acts.ts');
      const data = encodeExecute(actFromJson(act), signature);
      await network.call(network.people.admin, network.deployment.coalition, data);
      await drain();
      expect([await statusOf(id), await balanceOf(network, AURORA, member.account)]).to.deep.equal([
        'paid',
        750n,
      ]);
    });

    it('want a signature that stands long enough', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const { act } = await quote(id, member);
      const soon = { ...act, deadline: Math.floor(Date.now() / 1000) + 60 };
      const signature = await member.sign(actFromJson(soon), network.deps.network);
      expect(await codeOf(till.submitAct({ body: { act: soon, signature } }))).to.equal(
        'PAYMENT_HOLD_TOO_SHORT',
      );
      expect(await statusOf(id)).to.equal('open');
    });
  });

  describe('in part', () => {
    it('are approved for what the member has, down to the least that the till takes', async () => {
      const member = await rich(180n);
      const { id, minAmount } = await openSum({ minAmount: 150 });
      expect(minAmount).to.equal('150');
      expect(await codeOf(approve(id, member, { amount: 149 }))).to.equal('PAYMENT_UNDERPAID');
      const { act } = await quote(id, member);
      expect([act.amount, act.minimum]).to.deep.equal(['180', '1800000']);
      await approve(id, member, { amount: 160 });
      await drain();
      const paid = await read(id);
      expect([paid.status, paid.paid, paid.signed]).to.deep.equal([
        'paid',
        '1600000',
        { issuer: AURORA, points: '160', value: '1600000' },
      ]);
    });

    it('are refused below it, and whole ones in part', async () => {
      const member = await rich(100n);
      const partly = await openSum({ minAmount: 101 });
      const whole = await openSum({});
      expect(await codeOf(quote(partly.id, member))).to.equal('POINTS_INSUFFICIENT');
      expect(await codeOf(quote(whole.id, member, { amount: 100 }))).to.equal('PAYMENT_UNDERPAID');
      const { act } = await quote((await openSum({ amount: 50 })).id, member);
      const forged = { ...act, ref: whole.ref };
      const signature = await member.sign(actFromJson(forged), network.deps.network);
      expect(await codeOf(till.submitAct({ body: { act: forged, signature } }))).to.equal(
        'PAYMENT_UNDERPAID',
      );
    });
  });

  describe('in points', () => {
    const openPoints = (fields: Partial<Opening> = {}) =>
      own.openPayment({ body: { id: `pay-${++serial}`, points: 300, ...fields } });

    it('ask for points of the brand itself, and are paid by so many', async () => {
      const member = await rich(1_000n);
      const opened = await openPoints();
      expect(opened).to.deep.include({ points: '300', status: 'open' });
      expect(opened).to.not.have.property('amount');
      const { act } = await quote(opened.id, member);
      expect([act.issuer, act.counterparty, act.amount]).to.deep.equal([AURORA, AURORA, '300']);
      expect(await codeOf(quote(opened.id, member, { amount: 299 }))).to.equal('PAYMENT_UNDERPAID');
      await approve(opened.id, member);
      await drain();
      expect([await statusOf(opened.id), await balanceOf(network, AURORA, member.account)]).to.deep.equal([
        'paid',
        700n,
      ]);
    });

    it('are not paid by points of another brand, whatever they are worth', async () => {
      const member = await rich(10_000n, BOREAL);
      const { id, ref } = await openPoints();
      expect(await codeOf(quote(id, member, { issuer: BOREAL }))).to.equal('PAYMENT_UNDERPAID');
      const wish = {
        kind: 'redemption',
        member: member.account,
        issuer: BOREAL,
        counterparty: AURORA,
      } as const;
      const { act } = await till.quoteAct({ body: { ...wish, amount: 5_000 } });
      const forged = { ...act, ref };
      const signature = await member.sign(actFromJson(forged), network.deps.network);
      expect(await codeOf(till.submitAct({ body: { act: forged, signature } }))).to.equal(
        'PAYMENT_UNDERPAID',
      );
      // Nor when it gets to the chain all the same.
      const { encodeExecute } = await import('../../../backend/acts/encode-acts.ts');
      const data = encodeExecute(actFromJson(forged), signature);
      await network.call(network.people.admin, network.deployment.coalition, data);
      await drain();
      expect(await statusOf(id)).to.equal('open');
    });

    it('are approved for fewer where the till takes fewer', async () => {
      const member = await rich(200n);
      const { id } = await openPoints({ minPoints: 200 });
      const { act } = await quote(id, member);
      expect(act.amount).to.equal('200');
      await approve(id, member);
      await drain();
      expect(await statusOf(id)).to.equal('paid');
    });
  });

  describe('opening', () => {
    it('takes a sum or points, and a minimum that is no more', async () => {
      const refused: object[] = [
        {},
        { amount: 100 },
        { amount: 100, currency: 'USD', points: 5 },
        { points: 5, currency: 'USD' },
        { amount: 100, currency: 'USD', minAmount: 101 },
        { amount: 100, currency: 'USD', minPoints: 1 },
        { points: 5, minPoints: 6 },
        { points: 5, minAmount: 1 },
        { points: 5, expiresIn: 5 },
        { points: 5, capture: 'later' },
      ];
      for (const body of refused) {
        const wrong = { id: `pay-${++serial}`, ...body } as Opening;
        expect(await codeOf(own.openPayment({ body: wrong })), JSON.stringify(body)).to.equal(
          'REQUEST_INVALID',
        );
      }
    });

    it('again is the same only with the same wishes', async () => {
      const id = `pay-${++serial}`;
      const body = { id, amount: 100, currency: 'USD', capture: 'manual', expiresIn: 60 } as const;
      const first = await till.openPayment({ body });
      expect(await till.openPayment({ body })).to.deep.equal(first);
      for (const change of [{ capture: 'automatic' as const }, { expiresIn: 61 }, { minAmount: 99 }])
        expect(await codeOf(till.openPayment({ body: { ...body, ...change } }))).to.equal(
          'PAYMENT_ID_REUSED',
        );
      expect(Date.parse(first.expiresAt) - Date.now()).to.be.within(50_000, 60_000);
    });
  });

  it('are cancelled before the member approves, and not after', async () => {
    const member = await rich();
    const { id } = await openSum();
    expect((await cancel(id)).status).to.equal('cancelled');
    expect((await cancel(id)).status).to.equal('cancelled');
    expect(await codeOf(quote(id, member))).to.equal('PAYMENT_CLOSED');
    expect(await told(id)).to.deep.equal(['payment.cancelled']);
    const later = await openSum();
    await approve(later.id, member);
    expect(await codeOf(cancel(later.id))).to.equal('PAYMENT_NOT_OPEN');
    await drain();
    expect(await statusOf(later.id)).to.equal('paid');
  });

  it('are another brand’s business to nobody', async () => {
    const member = await rich();
    const { id } = await openSum({ capture: 'manual' });
    await approve(id, member);
    for (const work of [capture, release, cancel])
      expect(await codeOf(work(id, own))).to.equal('PAYMENT_UNKNOWN');
    expect(await statusOf(id)).to.equal('held');
    await release(id);
  });

  it('tell a till that waits that they are held, captured and paid', async () => {
    const member = await rich();
    const { id } = await openSum({ capture: 'manual' });
    const hinted = (known: 'open' | 'held') =>
      till.readPayment({ params: { id }, query: { wait: 10, known } });
    const waiting = hinted('open');
    await approve(id, member);
    expect((await waiting).status).to.equal('held');
    const next = hinted('held');
    await capture(id);
    expect((await next).status).to.equal('approved');
    await drain();
  });

  it('go from status to status as they should, whatever till, member and time do in whatever order', async () => {
    const member = await rich(1_000_000n);
    const steps = ['approve', 'capture', 'release', 'cancel', 'outlast', 'expire', 'mine'] as const;
    type Step = (typeof steps)[number];
    type Model = { status: string; act: string | null; late: boolean; manual: boolean };
    /** What is, and what the caller hears, after a step. */
    const after = (step: Step, model: Model): [Model, string] => {
      const { status, manual } = model;
      const seen = model.late && (status === 'open' || status === 'held') ? 'expired' : status;
      const to = (next: string, act = model.act): [Model, string] => [
        { ...model, status: next, act },
        'done',
      ];
      const captured = model.act === 'queued' || model.act === 'final';
      switch (step) {
        case 'approve':
          if (seen !== 'open') return [model, 'PAYMENT_CLOSED'];
          return manual ? to('held', 'held') : to('approved', 'queued');
        case 'capture':
          if (manual && captured) return [model, 'done'];
          return seen === 'held' ? to('approved', 'queued') : [model, 'PAYMENT_NOT_HELD'];
        case 'release':
          if (status === 'released') return [model, 'done'];
          return seen === 'held' ? to('released', 'failed') : [model, 'PAYMENT_NOT_HELD'];
        case 'cancel':
          if (status === 'cancelled') return [model, 'done'];
          return seen === 'open' ? to('cancelled') : [model, 'PAYMENT_NOT_OPEN'];
        case 'outlast':
          return [{ ...model, late: true }, 'done'];
        case 'expire':
          return seen === 'expired' ? to('expired', model.act && 'failed') : [model, 'done'];
        case 'mine':
          return status === 'approved' ? to('paid', 'final') : [model, 'done'];
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 9 }),
        async (manual, order) => {
          const { id } = await openSum({ amount: 10, capture: manual ? 'manual' : 'automatic' });
          let model: Model = { status: 'open', act: null, late: false, manual };
          const actions: Record<Step, () => Promise<unknown>> = {
            approve: () => approve(id, member),
            capture: () => capture(id),
            release: () => release(id),
            cancel: () => cancel(id),
            outlast: () => outlast(id),
            expire: () => expirePayments(network.deps),
            mine: drain,
          };
          for (const step of order) {
            const [next, code] = after(step, model);
            expect(await codeOf(actions[step]()), `${step} when ${JSON.stringify(model)}`).to.equal(code);
            model = next;
            const { rows } = await network.deps.pool.query(
              'SELECT p.status, a.status AS act FROM payments p LEFT JOIN acts a ON a.id = p.act_id WHERE p.id = $1',
              [id],
            );
            expect(rows[0]).to.deep.equal({ status: model.status, act: model.act });
          }
          await drain();
        },
      ),
      { numRuns: 25 },
    );
  });

  describe('at the same moment', () => {
    it('capture and release: one of them, and the act goes with it', async () => {
      const member = await rich(3_000n);
      const seen = new Set<string>();
      for (let round = 0; round < 8; round++) {
        const { id } = await openSum({ capture: 'manual', amount: 100 });
        const act = await approve(id, member);
        const codes = await Promise.all([
          codeOf(capture(id)),
          codeOf(release(id)),
          codeOf(capture(id)),
          codeOf(release(id)),
        ]);
        const status = await statusOf(id);
        seen.add(status);
        const expected =
          status === 'approved'
            ? ['done', 'PAYMENT_NOT_HELD', 'done', 'PAYMENT_NOT_HELD']
            : ['PAYMENT_NOT_HELD', 'done', 'PAYMENT_NOT_HELD', 'done'];
        expect(codes, status).to.deep.equal(expected);
        expect(await actStatus(act.id)).to.equal(status === 'approved' ? 'queued' : 'failed');
        await drain();
        expect(await statusOf(id)).to.equal(status === 'approved' ? 'paid' : 'released');
      }
      expect([...seen].every((status) => ['approved', 'released'].includes(status))).to.equal(true);
    });

    it('capture and expiry: one of them', async () => {
      const member = await rich(3_000n);
      for (let round = 0; round < 6; round++) {
        const { id } = await openSum({ capture: 'manual', amount: 100 });
        const act = await approve(id, member);
        await network.deps.pool.query(
          `UPDATE payments SET held_until = now() + interval '25 ms' WHERE id = $1`,
          [id],
        );
        const [code] = await Promise.all([
          codeOf(capture(id)),
          ...Array.from({ length: 12 }, (_, turn) =>
            new Promise((resolve) => setTimeout(resolve, 5 * turn)).then(() => expirePayments(network.deps)),
          ),
        ]);
        const pair = [await statusOf(id), await actStatus(act.id)];
        expect(pair, code).to.deep.equal(code === 'done' ? ['approved', 'queued'] : ['expired', 'failed']);
      }
      await drain();
    });

    it('approval, cancellation and expiry: one of them', async () => {
      const member = await rich(3_000n);
      for (let round = 0; round < 8; round++) {
        const { id } = await openSum({ amount: 10 });
        const [approved, cancelled] = await Promise.all([codeOf(approve(id, member)), codeOf(cancel(id))]);
        const status = await statusOf(id);
        if (status === 'cancelled') expect([approved, cancelled]).to.deep.equal(['PAYMENT_CLOSED', 'done']);
        else expect([approved, cancelled, status]).to.deep.equal(['done', 'PAYMENT_NOT_OPEN', 'approved']);
      }
      await drain();
    });

    it('two members: one pays', async () => {
      const members = [await rich(), await rich(), await rich()];
      const { id } = await openSum({ capture: 'manual' });
      const codes = await Promise.all(members.map((member) => codeOf(approve(id, member))));
      expect(codes.sort()).to.deep.equal(['PAYMENT_CLOSED', 'PAYMENT_CLOSED', 'done']);
      await release(id);
    });
  });

  describe('when the chain drops a block', () => {
    it('are again what they were: held ones held', async () => {
      const member = await rich();
      const { id } = await openSum({ capture: 'manual' });
      const { act } = await quote(id, member);
      const signature = await member.sign(actFromJson(act), network.deps.network);
      const { id: actId } = await till.submitAct({ body: { act, signature } });
      await network.stopMining();
      const snapshot = await network.rpc<string>('evm_snapshot');
      const { encodeExecute } = await import('../../../backend/acts/encode-acts.ts');
      await network.call(
        network.people.admin,
        network.deployment.coalition,
        encodeExecute(actFromJson(act), signature),
      );
      while (await process.index());
      expect(await statusOf(id)).to.equal('paid');
      await network.rpc('evm_revert', snapshot);
      await network.mine(3);
      while (await process.index());
      const undone = await read(id);
      expect([undone.status, undone.paid, await actStatus(actId)]).to.deep.equal(['held', undefined, 'held']);
      network.startMining();
      await capture(id);
      await drain();
      expect(await statusOf(id)).to.equal('paid');
    });
  });
});
