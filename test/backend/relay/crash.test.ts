import { expect } from 'chai';
import type { Address } from 'viem';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { quoteAct } from '../../../backend/acts/quote-act.ts';
import { submitAct } from '../../../backend/acts/submit-act.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import { Points } from '../../../backend/shared/units.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
} from '../../helpers/engine.ts';
import { Death, dyingAt, seeded, unreliable } from '../../helpers/faults.ts';
import { eoaMember } from '../../helpers/members.ts';

/** Turns everything that a process does, once. */
async function turnAll(process: EngineProcess): Promise<void> {
  await process.issue();
  await queueActs(process.deps);
  await process.relay();
  await process.index();
}

describe('A process that dies', function () {
  this.timeout(600_000);
  let network: EngineNetwork;
  let survivor: EngineProcess;
  const spender = eoaMember('spender');
  let spent = 0n;

  before(async () => {
    network = await openEngine({ sponsoredActsPerDay: 100_000 });
    survivor = network.process();
    while (await survivor.index());
    await network.earn(AURORA, [{ account: spender.account, points: 100_000n }]);
    await network.drain(survivor);
  });
  after(() => network?.stop());

  const spend = async () => {
    const quoted = await quoteAct(survivor.deps, {
      kind: 'redemption',
      member: spender.account,
      issuer: AURORA,
      counterparty: BOREAL,
      amount: Points.of(7),
    });
    const act = actFromJson(quoted.act);
    const signature = await spender.sign(act, network.deps.network);
    await submitAct(survivor.deps, {
      act: { ...act, amount: Points.of(7), minimum: Points.of(act.minimum) },
      signature,
    });
    spent += 7n;
  };

  /** Ledger = chain: every accrual minted once, every act done once. */
  const check = async (where: string) => {
    const { rows } = await network.deps.pool.query<{ partner: number; account: Buffer; points: string }>(
      'SELECT partner_id AS partner, account, sum(points) AS points FROM accruals GROUP BY 1, 2',
    );
    const earned = new Map<number, bigint>();
    for (const { partner, points } of rows) earned.set(partner, (earned.get(partner) ?? 0n) + BigInt(points));
    for (const [partner, points] of earned) {
      const expected = partner === AURORA ? points - spent : points;
      expect(await supplyOf(network, partner), where).to.equal(expected);
    }
    const last = rows.at(-1);
    const account: Address = `0x${last?.account.toString('hex')}`;
    if (last && account !== spender.account.toLowerCase())
      expect(await balanceOf(network, last.partner, account), where).to.equal(BigInt(last.points));
    const doubled = await network.deps.pool.query(
      `SELECT partner_id, account FROM token_accounts WHERE partner_id = $1 AND account = $2`,
      [AURORA, Buffer.from(spender.account.slice(2), 'hex')],
    );
    expect(doubled.rowCount).to.equal(1);
  };

  let round = 0;
  const work = async () => {
    round += 1;
    await network.earn(AURORA, [
      { account: accountOf(round), points: BigInt(round) },
      { account: accountOf(round % 5), points: 3n },
    ]);
    await network.earn(BOREAL, [{ account: accountOf(round), points: 2n }]);
    await spend();
  };

  /** How many questions one full piece of work takes a process, until all is final. */
  const measure = async (): Promise<number> => {
    const counter = dyingAt(Number.POSITIVE_INFINITY, 'before');
    const process = network.process({ guard: counter.guard });
    await work();
    for (let turn = 0; turn < 6; turn++) await turnAll(process);
    await process.stop();
    await network.drain(survivor);
    return counter.asked();
  };

  for (const moment of ['before', 'after'] as const)
    it(`${moment} any answer loses and doubles nothing, and the next one goes on`, async () => {
      const questions = await measure();
      expect(questions).to.be.greaterThan(60);
      const places = new Set<string>();
      // Every fifth place is enough for each run: the two moments take different ones, and CRASH_STEP=1 takes all.
      const step = Number(process.env.CRASH_STEP ?? 5);
      for (let n = moment === 'before' ? 1 : 2; n <= questions; n += step) {
        await work();
        const { guard, died } = dyingAt(n, moment);
        const victim = network.process({ guard });
        for (let turn = 0; turn < 8 && died() === null; turn++)
          await turnAll(victim).catch((error: unknown) => {
            if (died() === null && !(error instanceof Death)) throw error;
          });
        if (died() !== null) places.add(died() ?? '');
        // Its connections break; its lease stays, and the next process waits it out.
        await victim.stop();
        await network.drain(survivor);
        await check(died() ?? 'alive');
      }
      expect(places.size).to.be.greaterThan(40 / step);
    });

  it('in a network that loses sends and answers, again and again, loses and doubles nothing', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seeded(seed);
      const guard = unreliable(random, { lostAnswers: 0.5, lostSends: 0.3, failures: 0.1 });
      const process = network.process({ guard });
      for (let step = 0; step < 10; step++) {
        await work();
        await turnAll(process).catch(() => {});
      }
      await process.stop();
      await network.drain(survivor, 40_000);
      await check(`seed ${seed}`);
    }
  });
});
