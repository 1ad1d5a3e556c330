import { expect } from 'chai';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { auditCoalition } from '../../../backend/audit/audit-coalition.ts';
import { ApiProblem, type Client, createClient } from '../../../backend/client/index.ts';
import { rebuildProjections } from '../../../backend/indexer/rebuild-projections.ts';
import { type Program, startProgram } from '../../../backend/main.ts';
import { readHistory } from '../../../backend/members/read-history.ts';
import { readStatus } from '../../../backend/operations/read-status.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import { queueRefunds } from '../../../backend/refunds/queue-refunds.ts';
import {
  AURORA,
  BOREAL,
  balanceOf,
  CINDER,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
} from '../../helpers/engine.ts';
import { Death, dyingAt } from '../../helpers/faults.ts';
import { eoaMember } from '../../helpers/members.ts';

describe('Refunds of payments', function () {
  this.timeout(300_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let api: Program;
  let boreal: Client;
  let cinder: Client;
  let serial = 0;

  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    api = await startProgram({
      ...network.deps.config,
      roles: ['api'],
      port: 0,
      sponsoredActsPerDay: 10_000,
    });
    const clientOf = async (partnerId: number) => {
      const order = { partnerId, name: 'till 2', scopes: ['till'], actor: 'test' } as const;
      const { key } = await createApiKey(network.deps.prisma, order);
      return createClient({ url: api.url, bearer: key });
    };
    boreal = await clientOf(BOREAL);
    cinder = await clientOf(CINDER);
  });
  after(async () => {
    await api?.stop();
    await network?.stop();
  });

  type Member = ReturnType<typeof eoaMember>;
  const drain = async () => {
    await queueActs(process.deps);
    await network.drain(process);
  };
  /** A payment of a new member at a till, in points of Aurora, that is done for good unless told otherwise. */
  const pay = async (till: Client, { amount = 250, settle = drain } = {}) => {
    const member: Member = eoaMember(`refunded ${++serial}`);
    await network.earn(AURORA, [{ account: member.account, points: 1_000n }]);
    await network.drain(process);
    const { id } = await till.openPayment({ body: { id: `sale-${++serial}`, amount, currency: 'USD' } });
    const { act } = await till.quoteAct({
      body: { kind: 'redemption', member: member.account, issuer: AURORA, payment: id },
    });
    const signature = await member.sign(actFromJson(act), network.deps.network);
    await till.submitAct({ body: { act, signature } });
    await settle();
    return { id, member };
  };
  const refund = (
    till: Client,
    payment: string,
    fields: { points?: number; amount?: number; id?: string } = {},
  ) => till.openRefund({ params: { id: payment }, body: { id: `refund-${++serial}`, ...fields } });
  const refundsOf = async (till: Client, id: string) => (await till.readPayment({ params: { id } })).refunds;
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
    );
  const reserveOf = async (partner: number): Promise<bigint> => {
    const { rows } = await network.deps.pool.query('SELECT reserve FROM partners WHERE id = $1', [partner]);
    return BigInt(rows[0].reserve);
  };
  const expectAudited = async () => {
    const client = createPublicClient({ transport: http(network.url) });
    const { result } = await auditCoalition({ client, coalition: network.deployment.coalition });
    expect(result.disagreements).to.deep.equal([]);
  };
  /** How often the chain has refunded a payment. */
  const eventsOf = async (member: Member) => {
    const { rows } = await network.deps.pool.query(
      `SELECT count(*)::int AS n FROM chain_events WHERE name = 'Refunded' AND lower(args->>'member') = $1`,
      [member.account.toLowerCase()],
    );
    return rows[0].n as number;
  };

  it('give the points and the money back, and everybody agrees on it', async () => {
    const { id, member } = await pay(boreal);
    const before = [await reserveOf(AURORA), await reserveOf(BOREAL)] as const;
    const opened = await refund(boreal, id);
    expect(opened).to.deep.include({ payment: id, issuer: AURORA, points: '250', status: 'queued' });
    expect(await balanceOf(network, AURORA, member.account)).to.equal(750n);
    await drain();
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    const [made] = await refundsOf(boreal, id);
    expect(made).to.deep.include({ status: 'final', restored: '250', value: '2500000' });
    expect(made?.transaction).to.match(/^0x[0-9a-f]{64}$/);
    expect([await reserveOf(AURORA), await reserveOf(BOREAL)]).to.deep.equal([
      before[0] + 2_500_000n,
      before[1] - 2_500_000n,
    ]);
    const { items } = await readHistory(network.deps, { account: member.account });
    expect(items.find((item: Record<string, unknown>) => item.kind === 'refund')).to.deep.include({
      partner: AURORA,
      counterparty: BOREAL,
      points: 250n,
      value: 2_500_000n,
      status: 'final',
    });
    const { rows } = await network.deps.pool.query(
      `SELECT type FROM events WHERE data->>'refund' = $1 AND partner_id = $2 ORDER BY tx, id`,
      [opened.id, BOREAL],
    );
    expect(rows.map(({ type }) => type)).to.deep.equal(['refund.accepted', 'refund.mined', 'refund.final']);
    const gas = await network.deps.pool.query(`SELECT partner_id FROM gas_costs WHERE kind = 'refunds'`);
    expect(gas.rows).to.deep.equal([{ partner_id: BOREAL }]);
    await expectAudited();
  });

  it('are made in parts, by points and by sum, and never for more than was paid', async () => {
    const { id, member } = await pay(boreal);
    expect((await refund(boreal, id, { amount: 100 })).points).to.equal('100');
    expect((await refund(boreal, id, { points: 40 })).points).to.equal('40');
    expect(await codeOf(refund(boreal, id, { points: 111 }))).to.equal('REFUND_TOO_MUCH');
    await drain();
    expect(await codeOf(refund(boreal, id, { amount: 111 }))).to.equal('REFUND_TOO_MUCH');
    expect((await refund(boreal, id)).points).to.equal('110');
    expect(await codeOf(refund(boreal, id))).to.equal('REFUND_TOO_MUCH');
    await drain();
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    expect(await codeOf(refund(boreal, id))).to.equal('REFUND_TOO_MUCH');
    await expectAudited();
  });

  it('asked for many times at once are one by their id, and together no more than was paid', async () => {
    const { id, member } = await pay(boreal);
    const body = { id: `refund-${++serial}`, points: 100 };
    const same = await Promise.all(Array.from({ length: 20 }, () => refund(boreal, id, body)));
    expect(new Set(same.map((each) => JSON.stringify(each))).size).to.equal(1);
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => codeOf(refund(boreal, id, { points: 50 }))),
    );
    expect(codes.filter((code) => code === 'done')).to.have.length(3);
    expect(codes.filter((code) => code === 'REFUND_TOO_MUCH')).to.have.length(9);
    await drain();
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    expect(await eventsOf(member)).to.equal(4);
    expect((await refund(boreal, id, body)).status).to.equal('final');
    expect(await codeOf(refund(boreal, id, { ...body, points: 101 }))).to.equal('REFUND_ID_REUSED');
  });

  it('are refused of a payment that is not paid, and of another brand’s', async () => {
    const { id } = await boreal.openPayment({
      body: { id: `sale-${++serial}`, amount: 250, currency: 'USD' },
    });
    expect(await codeOf(refund(boreal, id))).to.equal('PAYMENT_NOT_PAID');
    const paid = await pay(boreal);
    expect(await codeOf(refund(cinder, paid.id))).to.equal('PAYMENT_UNKNOWN');
    expect(await refundsOf(boreal, paid.id)).to.deep.equal([]);
  });

  it('wait while the acceptor has no money, with the reason, and go when it has', async () => {
    const { id, member } = await pay(cinder);
    const admin = network.people.admin;
    const hub = (functionName: 'withdraw', args: readonly unknown[]) =>
      network.call(
        admin,
        network.deployment.coalition,
        encodeFunctionData({ abi: CoalitionAbi, functionName, args } as never),
      );
    await hub('withdraw', [CINDER, await reserveOf(CINDER), admin]);
    await drain();
    expect(await reserveOf(CINDER)).to.equal(0n);
    await refund(cinder, id);
    await drain();
    const [waiting] = await refundsOf(cinder, id);
    expect([waiting?.status, waiting?.reason?.code]).to.deep.equal(['waiting', 'RESERVE_INSUFFICIENT']);
    const { waitingRefunds } = await readStatus(network.deps);
    expect(waitingRefunds.map(({ partner, reason }) => [partner, reason.code])).to.deep.equal([
      [CINDER, 'RESERVE_INSUFFICIENT'],
    ]);
    expect(await balanceOf(network, AURORA, member.account)).to.equal(750n);
    await network.deposit(CINDER, 100_000_000n);
    const deadline = Date.now() + 30_000;
    while ((await refundsOf(cinder, id))[0]?.status !== 'final' && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await drain();
    }
    expect((await refundsOf(cinder, id))[0]).to.deep.include({ status: 'final', restored: '250' });
    expect((await refundsOf(cinder, id))[0]).to.not.have.property('reason');
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    const { rows } = await network.deps.pool.query(
      `SELECT type FROM events WHERE data->>'payment' = $1 AND type LIKE 'refund.%' ORDER BY tx, id`,
      [id],
    );
    expect(rows.map(({ type }) => type)).to.deep.equal([
      'refund.accepted',
      'refund.waiting',
      'refund.mined',
      'refund.final',
    ]);
    await expectAudited();
  });

  it('do not go before the payment is there for good', async () => {
    await network.drain(process);
    await network.stopMining();
    const settle = async () => {
      await queueActs(process.deps);
      await process.relay();
      await network.mine();
      while (await process.index());
    };
    // Earning needs blocks on top, so the member is made before.
    network.startMining();
    const member = eoaMember(`refunded ${++serial}`);
    await network.earn(AURORA, [{ account: member.account, points: 1_000n }]);
    await network.drain(process);
    await network.stopMining();
    const { id } = await boreal.openPayment({
      body: { id: `sale-${++serial}`, amount: 250, currency: 'USD' },
    });
    const { act } = await boreal.quoteAct({
      body: { kind: 'redemption', member: member.account, issuer: AURORA, payment: id },
    });
    const signature = await member.sign(actFromJson(act), network.deps.network);
    await boreal.submitAct({ body: { act, signature } });
    const snapshot = await network.rpc<string>('evm_snapshot');
    await settle();
    expect((await boreal.readPayment({ params: { id } })).status).to.equal('paid');
    await refund(boreal, id);
    expect(await queueRefunds(process.deps)).to.equal(0);
    // The chain drops the payment: nothing is refunded meanwhile.
    await network.rpc('evm_revert', snapshot);
    await network.mine(3);
    while (await process.index());
    expect((await boreal.readPayment({ params: { id } })).status).to.equal('approved');
    expect(await queueRefunds(process.deps)).to.equal(0);
    network.startMining();
    await drain();
    await drain();
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    expect((await refundsOf(boreal, id))[0]?.status).to.equal('final');
  });

  it('are on their way again when the chain drops their block', async () => {
    const { id, member } = await pay(boreal);
    await network.stopMining();
    await refund(boreal, id);
    const snapshot = await network.rpc<string>('evm_snapshot');
    await queueRefunds(process.deps);
    await process.relay();
    await network.mine();
    while (await process.index());
    expect((await refundsOf(boreal, id))[0]).to.deep.include({ status: 'mined', restored: '250' });
    await network.rpc('evm_revert', snapshot);
    await network.mine(2);
    while (await process.index());
    const [undone] = await refundsOf(boreal, id);
    expect([undone?.status, undone?.restored]).to.deep.equal(['sent', undefined]);
    expect(await codeOf(refund(boreal, id))).to.equal('REFUND_TOO_MUCH');
    network.startMining();
    await drain();
    expect((await refundsOf(boreal, id))[0]?.status).to.equal('final');
    expect(await balanceOf(network, AURORA, member.account)).to.equal(1_000n);
    await expectAudited();
  });

  for (const moment of ['before', 'after'] as const)
    it(`are neither doubled nor lost when the process dies ${moment} any answer`, async () => {
      const { id, member } = await pay(boreal);
      const turn = async (victim: EngineProcess) => {
        await queueRefunds(victim.deps);
        await victim.relay();
        await victim.index();
      };
      const counter = dyingAt(Number.POSITIVE_INFINITY, moment);
      const measured = network.process({ guard: counter.guard });
      await refund(boreal, id, { points: 1 });
      for (let round = 0; round < 3; round++) await turn(measured);
      await measured.stop();
      await network.drain(process);
      let given = 1;
      const step = Number(globalThis.process.env.CRASH_STEP ?? 6);
      for (let n = moment === 'before' ? 1 : 2; n <= counter.asked(); n += step) {
        await refund(boreal, id, { points: 1 });
        given += 1;
        const { guard, died } = dyingAt(n, moment);
        const victim = network.process({ guard });
        for (let round = 0; round < 4 && died() === null; round++)
          await turn(victim).catch((error: unknown) => {
            if (died() === null && !(error instanceof Death)) throw error;
          });
        await victim.stop();
        await network.drain(process);
        expect(await balanceOf(network, AURORA, member.account), died() ?? 'alive').to.equal(
          750n + BigInt(given),
        );
        expect(await eventsOf(member)).to.equal(given);
      }
      expect(given).to.be.greaterThan(5);
    });

  it('leave projections that a rebuild makes to the byte', async () => {
    await network.stopMining();
    while (await process.index());
    const { differences } = await rebuildProjections(network.deps);
    expect(
      Object.values(differences).every((count) => count === 0),
      JSON.stringify(differences),
    ).to.equal(true);
    const { rows } = await network.deps.pool.query('SELECT count(*)::int AS n FROM redemptions');
    expect(rows[0].n).to.be.greaterThan(5);
    await expectAudited();
  });
});
