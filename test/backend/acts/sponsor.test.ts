import { expect } from 'chai';
import { quoteAct } from '../../../backend/acts/quote-act.ts';
import { submitAct } from '../../../backend/acts/submit-act.ts';
import type { ConfigInput } from '../../../backend/config.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import type { Deps } from '../../../backend/shared/deps.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { Points } from '../../../backend/shared/units.ts';
import {
  AURORA,
  BOREAL,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  WOODLAND,
} from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';

const MEMBERS = 12;

describe('What the network pays for', function () {
  this.timeout(180_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  const opened: EngineProcess[] = [];
  const members = Array.from({ length: MEMBERS }, (_, index) => eoaMember(`sponsored ${index}`));
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    await network.earn(
      AURORA,
      members.map(({ account }) => ({ account, points: 1_000n })),
    );
    await network.drain(process, 60_000);
  });
  beforeEach(() => network.deps.pool.query('DELETE FROM sponsor_counters'));
  afterEach(async () => {
    await network.drain(process, 60_000);
  });
  after(async () => {
    await Promise.all(opened.map((one) => one.stop()));
    await network?.stop();
  });

  const withConfig = (config: Partial<ConfigInput>): Deps => {
    const own = network.process({ config });
    opened.push(own);
    return own.deps;
  };
  /** A signed redemption or donation of a member. */
  const sign = async (member: (typeof members)[number], kind: 'redemption' | 'donation' = 'redemption') => {
    const counterparty = kind === 'redemption' ? BOREAL : WOODLAND;
    const wish = { kind, member: member.account, issuer: AURORA, counterparty, amount: Points.of(5n) };
    const { act: quoted } = await quoteAct(network.deps, wish);
    const act = actFromJson(quoted);
    const signature = await member.sign(act, network.deps.network);
    return { act: { ...act, amount: Points.of(5n), minimum: Points.of(act.minimum) }, signature };
  };
  const outcomeOf = (deps: Deps, submission: Awaited<ReturnType<typeof sign>>) =>
    submitAct(deps, submission).then(
      () => 'taken',
      (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
    );
  /** One act of every member, all at once at two processes. */
  const submitAll = async (config: Partial<ConfigInput>) => {
    const both = [withConfig(config), withConfig(config)] as const;
    const signed = await Promise.all(members.map((member) => sign(member)));
    const outcomes = await Promise.all(signed.map((one, index) => outcomeOf(both[index % 2 ? 1 : 0], one)));
    return Object.fromEntries(
      [...Map.groupBy(outcomes, (outcome) => outcome)].map(([what, all]) => [what, all.length]),
    );
  };
  const networkRow = async () =>
    (await network.deps.pool.query(`SELECT acts, wei::text FROM sponsor_counters WHERE subject = 'network'`))
      .rows[0];

  it('is so many acts a day over all members, exactly, however many come at once', async () => {
    expect(await submitAll({ sponsoredActsOfNetworkPerDay: 5 })).to.deep.equal({
      taken: 5,
      ACT_NOT_SPONSORED: 7,
    });
    expect((await networkRow()).acts).to.equal(5);
  });

  it('is so many acts a day of a brand, exactly', async () => {
    expect(await submitAll({ sponsoredActsPerPartnerPerDay: 4 })).to.deep.equal({
      taken: 4,
      ACT_NOT_SPONSORED: 8,
    });
  });

  it('is so much ether a day, counted by the most that an act may cost', async () => {
    const [one] = members;
    if (!one) throw new Error('no member');
    expect(await outcomeOf(withConfig({}), await sign(one))).to.equal('taken');
    const cost = BigInt((await networkRow()).wei);
    expect(cost > 10n ** 12n).to.equal(true);
    await network.drain(process, 60_000);
    await network.deps.pool.query('DELETE FROM sponsor_counters');
    // Fees move a little from block to block: room for three and a half.
    const outcomes = await submitAll({ sponsoredWeiPerDay: ((cost * 7n) / 2n).toString() });
    expect((outcomes.taken ?? 0) + (outcomes.ACT_NOT_SPONSORED ?? 0)).to.equal(MEMBERS);
    expect(outcomes.taken).to.be.within(2, 5);
    expect(BigInt((await networkRow()).wei) <= (cost * 7n) / 2n).to.equal(true);
  });

  it('is nothing while nobody knows what it costs', async () => {
    const [one] = members;
    if (!one) throw new Error('no member');
    const signed = await sign(one);
    const deps = withConfig({});
    const priceless = {
      ...deps,
      chain: { ...deps.chain, getBlock: () => Promise.reject(new Error('away')) },
    } as unknown as Deps;
    expect(await outcomeOf(priceless, signed)).to.equal('CHAIN_UNAVAILABLE');
    expect(await networkRow()).to.equal(undefined);
  });

  it('is the kinds that are named', async () => {
    const [one, two] = members;
    if (!one || !two) throw new Error('no members');
    const deps = withConfig({ sponsoredActKinds: ['redemption'] });
    expect(await outcomeOf(deps, await sign(one, 'donation'))).to.equal('ACT_KIND_NOT_SPONSORED');
    const wish = { kind: 'donation', member: one.account, issuer: AURORA, counterparty: WOODLAND } as const;
    const quoted = await quoteAct(deps, { ...wish, amount: Points.of(5n) }).catch((error: unknown) => error);
    expect(quoted).to.include({ code: 'ACT_KIND_NOT_SPONSORED' });
    expect(await outcomeOf(deps, await sign(two))).to.equal('taken');
  });

  it('waits while too much is queued, and says when to come back', async () => {
    const deps = withConfig({ actQueueLimit: 2 });
    const signed = await Promise.all(members.slice(0, 4).map((member) => sign(member)));
    const outcomes: string[] = [];
    /** Longer than a count of the queue is good for. */
    const untilCounted = () => new Promise((resolve) => setTimeout(resolve, 300));
    for (const one of signed.slice(0, 3)) {
      outcomes.push(await outcomeOf(deps, one));
      await untilCounted();
    }
    expect(outcomes).to.deep.equal(['taken', 'taken', 'OVERLOADED']);
    const refusal = await submitAct(deps, signed[3]!).catch((error: DomainError) => error);
    expect(refusal).to.include({ retryAfterSeconds: 5 });
    // One that was taken gets its first answer all the same.
    expect(await outcomeOf(deps, signed[0]!)).to.equal('taken');
    await network.drain(process, 60_000);
    await untilCounted();
    expect(await outcomeOf(deps, signed[2]!)).to.equal('taken');
  });
});
