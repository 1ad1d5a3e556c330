import { expect } from 'chai';
import { epochAt, expiresAt, type QuartersPerEpoch } from '../../../backend/protocol/epochs.ts';
import { at, loadFixture, mineAt, START, time } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  EMPTY_POTS,
  MINT_CAPACITY,
  MINT_WINDOW,
  openCoalition,
  potsOf,
  type Terms,
  termsOf,
  USD,
  WOODLAND,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const BRAND = 4;
const UNKNOWN = 5;
/** January to March 2028. */
const EPOCH = 232n;
/** When points of EPOCH are dead. */
const DEAD = at('2029-01-01');

/** Another brand of Aurora's admin with 1,000 dollars; of its breakage a quarter is the fund's and a tenth Woodland's, unless told otherwise. */
async function brandFixture(terms: Partial<Terms> = {}, reserve = 1_000n * USD) {
  const coalition = await openCoalition();
  const { hub, governor, auroraAdmin, deposit } = coalition;
  const shares = { fundBps: 2_500n, charityBps: 1_000n, breakageCharity: 1n };
  await hub.connect(governor).addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), ...shares, ...terms });
  await hub.connect(auroraAdmin).setMintAllowance(BRAND, MINT_CAPACITY, MINT_WINDOW);
  await deposit(BRAND, reserve);
  const record = () => hub.recordBreakage(BRAND);
  const recordAt = async (timestamp: number) => {
    await time.setNextBlockTimestamp(timestamp);
    return hub.recordBreakage(BRAND);
  };
  const reserveOf = async () => (await hub.partnerReport(BRAND)).reserve;
  const breakage = async () => (await hub.partnerReport(BRAND)).breakage;
  /** What is in the fund and payable to the charity. */
  const shared = async () => {
    const { membersFund, charitiesPayable } = await hub.solvency();
    return [membersFund, charitiesPayable];
  };
  return { ...coalition, ...performerOn(coalition), record, recordAt, reserveOf, breakage, shared };
}

/** 1,001 points of 10,000 µUSD earned in EPOCH: shares that don't divide evenly come from a value of 3,333. */
async function oddFixture() {
  const coalition = await brandFixture({ value: 3_333n });
  await coalition.issue(BRAND, [ana.account, 1_001n]);
  return coalition;
}

/** Points in each of three epochs, of 15,000 (raised), 20,000 and 30,000 µUSD. */
async function changingFixture() {
  const coalition = await brandFixture();
  const { hub, auroraAdmin, issue } = coalition;
  await issue(BRAND, [ana.account, 100n]);
  await hub.connect(auroraAdmin).raiseValue(BRAND, EPOCH, 15_000n);
  await hub.connect(auroraAdmin).scheduleValue(BRAND, 20_000n);
  await mineAt(at('2028-04-01'));
  await issue(BRAND, [ana.account, 10n]);
  await hub.connect(auroraAdmin).scheduleValue(BRAND, 30_000n);
  await mineAt(at('2028-07-01'));
  await issue(BRAND, [ana.account, 1n]);
  return coalition;
}

/** All that is freed is shared: nine tenths go to the fund. */
const wholeFixture = () => brandFixture({ fundBps: 9_000n, charityBps: 1_000n });
const noFundFixture = () => brandFixture({ fundBps: 0n, charityBps: 10_000n });
const noCharityFixture = () => brandFixture({ charityBps: 0n, breakageCharity: 0n });
/** A brand that has to hold a ten-thousandth of what it owes. */
const thinFixture = () => brandFixture({ coverageBps: 1n }, 100_008n);

/** A brand of each calendar, in the order of CALENDARS. */
const CALENDARS = ([1, 2, 4] as const).flatMap((quarters) =>
  [1, 2, 3, 4].map((validity) => ({ quarters, validity })),
);
async function calendarsFixture() {
  const coalition = await openCoalition();
  const { hub, governor, auroraAdmin, issue, deposit } = coalition;
  for (const [index, { quarters, validity }] of CALENDARS.entries()) {
    const terms = { quartersPerEpoch: BigInt(quarters), validity: BigInt(validity) };
    const shares = { fundBps: 10_000n, charityBps: 0n, breakageCharity: 0n };
    await hub
      .connect(governor)
      .addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), ...terms, ...shares });
    await hub.connect(auroraAdmin).setMintAllowance(BRAND + index, MINT_CAPACITY, MINT_WINDOW);
    await deposit(BRAND + index, 10n * USD);
    await issue(BRAND + index, [ana.account, 1n]);
  }
  return coalition;
}

describe('Breakage', () => {
  describe('recordBreakage', () => {
    describe('of an epoch that has died', () => {
      it('shares what is freed as declared, rounded down, in the first second and not before', async () => {
        const { hub, recordAt, reserveOf, breakage } = await loadFixture(oddFixture);
        const pots = await potsOf(hub);
        const freed = 1_001n * 3_333n;
        const [toFund, toCharity] = [834_083n, 333_633n]; // of 834,083.25 and 333,633.3
        await expect(recordAt(DEAD - 1)).to.not.emit(hub, 'BreakageRecorded');
        expect((await breakage()).through).to.equal(EPOCH - 1n);
        await expect(recordAt(DEAD))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 1_001n, freed, toFund, toCharity, WOODLAND);
        expect([...(await breakage())]).to.deep.equal([
          2_500n,
          1_000n,
          BigInt(WOODLAND),
          EPOCH,
          freed,
          toFund,
          toCharity,
        ]);
        expect(await reserveOf()).to.equal(1_000n * USD - toFund - toCharity);
        expect(await potsOf(hub)).to.deep.equal({
          ...EMPTY_POTS,
          held: pots.held,
          reserves: pots.reserves - toFund - toCharity,
          charitiesPayable: toCharity,
          membersFund: toFund,
        });
        expect(await hub.donatedBy(WOODLAND, BRAND)).to.equal(toCharity);
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(toCharity);
        expect((await hub.solvency()).freed).to.equal(freed);
      });

      it('does it once', async () => {
        const { hub, recordAt, record, shared } = await loadFixture(oddFixture);
        await recordAt(DEAD);
        const before = await shared();
        await expect(record()).to.not.emit(hub, 'BreakageRecorded');
        await expect(recordAt(at('2029-04-01'))).to.not.emit(hub, 'BreakageRecorded');
        expect(await shared()).to.deep.equal(before);
      });

      it('counts what nobody spent, and what was given back', async () => {
        const { hub, stranger, auroraAdmin, perform, taken, recordAt } = await loadFixture(oddFixture);
        const atHome = { kind: 'redemption', issuer: BRAND, counterparty: BRAND } as const;
        await perform(ana, { ...atHome, amount: 500n });
        const buckets = await taken(ana, { ...atHome, amount: 100n });
        const id = `0x${'11'.repeat(32)}`;
        const refund = { acceptor: BRAND, issuer: BRAND, member: ana.account, nonce: 1, id, buckets };
        await hub.connect(auroraAdmin).refund(refund);
        void stranger;
        await expect(recordAt(DEAD))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 501n, 501n * 3_333n, 417_458n, 166_983n, WOODLAND);
      });

      it('may leave nothing to the brand', async () => {
        const { hub, issue, recordAt, shared, reserveOf } = await loadFixture(wholeFixture);
        await issue(BRAND, [ana.account, 100_000n]);
        await recordAt(DEAD);
        expect(await shared()).to.deep.equal([900n * USD, 100n * USD]);
        expect(await reserveOf()).to.equal(0n);
        expect((await hub.partnerReport(BRAND)).supply).to.equal(0n);
      });

      it('has no charity when none has a share, and no fund when it has none', async () => {
        const noCharity = await loadFixture(noCharityFixture);
        await noCharity.issue(BRAND, [ana.account, 100n]);
        await expect(noCharity.recordAt(DEAD))
          .to.emit(noCharity.hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 100n, USD, 250_000n, 0n, 0n);
        const noFund = await loadFixture(noFundFixture);
        await noFund.issue(BRAND, [ana.account, 100n]);
        await expect(noFund.recordAt(DEAD))
          .to.emit(noFund.hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 100n, USD, 0n, USD, WOODLAND);
      });

      it('goes on while everything is halted, and to a charity that is suspended', async () => {
        const { hub, governor, guardian, recordAt, shared } = await loadFixture(oddFixture);
        await hub.connect(governor).setCharitySuspended(WOODLAND, true);
        await hub.connect(guardian).halt();
        await hub.connect(guardian).haltPartner(BRAND);
        await time.increaseTo(DEAD - 10);
        await hub.connect(guardian).haltWithdrawals();
        await recordAt(DEAD);
        expect(await shared()).to.deep.equal([834_083n, 333_633n]);
      });
    });

    describe('when nothing has died', () => {
      it('does nothing: no points, or all spent', async () => {
        const { hub, record, recordAt, perform } = await loadFixture(oddFixture);
        await expect(record()).to.not.emit(hub, 'BreakageRecorded');
        await perform(ana, { kind: 'redemption', issuer: BRAND, counterparty: BRAND, amount: 1_001n });
        await expect(recordAt(DEAD)).to.not.emit(hub, 'BreakageRecorded');
        expect((await hub.solvency()).freed).to.equal(0n);
      });
    });

    describe('of a brand without shares', () => {
      it('says what was freed, and moves nothing', async () => {
        const { hub, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana.account, 100n]);
        await mineAt(DEAD);
        const before = await potsOf(hub);
        await expect(hub.recordBreakage(AURORA))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(AURORA, EPOCH, 100n, USD, 0n, 0n, 0n);
        expect(await potsOf(hub)).to.deep.equal(before);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub } = await loadFixture(openCoalition);
        for (const partner of [0, BRAND])
          await expect(hub.recordBreakage(partner))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(partner);
      });
    });

    describe('of several epochs at once', () => {
      it('values each as it was when it died, however late', async () => {
        for (const late of ['2029-07-01', '2030-02-01', '2061-06-01']) {
          const { hub, recordAt, breakage, shared } = await loadFixture(changingFixture);
          const recording = recordAt(at(late));
          for (const [epoch, points, freed] of [
            [EPOCH, 100n, 1_500_000n],
            [EPOCH + 1n, 10n, 200_000n],
            [EPOCH + 2n, 1n, 30_000n],
          ] as const)
            await expect(recording)
              .to.emit(hub, 'BreakageRecorded')
              .withArgs(BRAND, epoch, points, freed, freed / 4n, freed / 10n, WOODLAND);
          expect((await breakage()).freed).to.equal(1_730_000n);
          expect(await shared()).to.deep.equal([432_500n, 173_000n]);
        }
      });

      it('is within a transaction’s gas after half a century of half-years', async () => {
        const { hub, issue, bistro } = await loadFixture(openCoalition);
        await issue(BISTRO, [ana.account, 100n]);
        await mineAt(at('2078-02-10'));
        const receipt = await (await hub.recordBreakage(BISTRO)).wait();
        expect(receipt?.gasUsed).to.be.lessThan(2n ** 24n);
        expect((await hub.partnerReport(BISTRO)).breakage.freed).to.equal(300_000n);
        expect(await bistro.currentEpoch()).to.equal(216n);
      });
    });

    describe('in every calendar', () => {
      for (const [index, { quarters, validity }] of CALENDARS.entries())
        it(`dies with its epoch: ${quarters} quarters, valid for ${validity}`, async () => {
          const { hub } = await loadFixture(calendarsFixture);
          const brand = BRAND + index;
          const epoch = epochAt(START, quarters satisfies QuartersPerEpoch);
          const dead = Number(expiresAt(epoch, { quartersPerEpoch: quarters, validity }));
          await time.setNextBlockTimestamp(dead - 1);
          await expect(hub.recordBreakage(brand)).to.not.emit(hub, 'BreakageRecorded');
          await time.setNextBlockTimestamp(dead);
          await expect(hub.recordBreakage(brand))
            .to.emit(hub, 'BreakageRecorded')
            .withArgs(brand, epoch, 1n, 10_000n, 10_000n, 0n, 0n);
        });
    });

    describe('when the reserve does not hold enough over what coverage asks', () => {
      it('pays the charity first, then the fund what is left', async () => {
        const { hub, issue, recordAt, shared, reserveOf } = await loadFixture(thinFixture);
        await issue(BRAND, [ana.account, 100n]); // a dollar
        await mineAt(at('2028-04-01'));
        await issue(BRAND, [ana.account, 1n]); // 10,000 µUSD, of which 1 must be held
        await expect(recordAt(DEAD))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 100n, USD, 7n, 100_000n, WOODLAND);
        expect(await shared()).to.deep.equal([7n, 100_000n]);
        expect(await reserveOf()).to.equal(1n);
      });

      it('pays the charity a part when there is no more, and owes nothing later', async () => {
        const { hub, issue, recordAt, record, deposit, shared } = await loadFixture(thinFixture);
        await issue(BRAND, [ana.account, 1_000n]);
        await mineAt(at('2028-04-01'));
        await issue(BRAND, [ana.account, 8n]);
        await expect(recordAt(DEAD))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 1_000n, 10n * USD, 0n, 100_000n, WOODLAND);
        await deposit(BRAND, 100n * USD);
        await record();
        expect(await shared()).to.deep.equal([0n, 100_000n]);
      });

      it('pays nothing when nothing is spare, and takes nothing that members are owed', async () => {
        const { hub, governor, issue, recordAt, shared, reserveOf, breakage } =
          await loadFixture(thinFixture);
        await issue(BRAND, [ana.account, 1_000n]);
        await mineAt(at('2028-04-01'));
        await issue(BRAND, [ana.account, 11n]); // 110,000 µUSD
        await hub.connect(governor).setCoveragePolicy(BRAND, 10_000n);
        await expect(recordAt(DEAD))
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 1_000n, 10n * USD, 0n, 0n, WOODLAND);
        expect(await shared()).to.deep.equal([0n, 0n]);
        expect(await reserveOf()).to.equal(100_008n);
        expect((await breakage()).freed).to.equal(10n * USD);
      });

      it('shares what is spare among several epochs in their order', async () => {
        const { hub, issue, recordAt, reserveOf } = await loadFixture(thinFixture);
        await issue(BRAND, [ana.account, 20n]); // 200,000 µUSD: 20,000 and 50,000
        await mineAt(at('2028-04-01'));
        await issue(BRAND, [ana.account, 20n]);
        const recording = recordAt(at('2029-04-01'));
        await expect(recording)
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH, 20n, 200_000n, 50_000n, 20_000n, WOODLAND);
        await expect(recording)
          .to.emit(hub, 'BreakageRecorded')
          .withArgs(BRAND, EPOCH + 1n, 20n, 200_000n, 10_008n, 20_000n, WOODLAND);
        expect(await reserveOf()).to.equal(0n);
      });
    });
  });

  describe('what must know it', () => {
    it('records it first: withdraw pays nothing of the shares', async () => {
      const { hub, auroraAdmin } = await loadFixture(oddFixture);
      await mineAt(DEAD);
      const left = 1_000n * USD - 834_083n - 333_633n;
      await expect(hub.connect(auroraAdmin).withdraw(BRAND, left + 1n, auroraAdmin))
        .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
        .withArgs(BRAND, left, left + 1n);
      await expect(hub.connect(auroraAdmin).withdraw(BRAND, left, auroraAdmin)).to.emit(
        hub,
        'BreakageRecorded',
      );
    });

    it('records it first: setMatch, when its budget grows', async () => {
      const { hub, auroraAdmin } = await loadFixture(oddFixture);
      await mineAt(DEAD);
      const left = 1_000n * USD - 834_083n - 333_633n;
      await expect(hub.connect(auroraAdmin).setMatch(BRAND, 1n, left + 1n))
        .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
        .withArgs(BRAND, left, left + 1n);
      await expect(hub.connect(auroraAdmin).setMatch(BRAND, 1n, left)).to.emit(hub, 'BreakageRecorded');
    });

    it('records it before values change: scheduleValue, raiseValue and withdraw, epoch by epoch', async () => {
      const { hub, auroraAdmin, breakage } = await loadFixture(changingFixture);
      const asAdmin = hub.connect(auroraAdmin);
      await mineAt(at('2029-03-31T23:00:00Z'));
      await expect(asAdmin.scheduleValue(BRAND, 40_000n))
        .to.emit(hub, 'BreakageRecorded')
        .withArgs(BRAND, EPOCH, 100n, 1_500_000n, 375_000n, 150_000n, WOODLAND);
      await mineAt(at('2029-04-01'));
      await expect(asAdmin.raiseValue(BRAND, EPOCH + 5n, 50_000n))
        .to.emit(hub, 'BreakageRecorded')
        .withArgs(BRAND, EPOCH + 1n, 10n, 200_000n, 50_000n, 20_000n, WOODLAND);
      await mineAt(at('2029-07-01'));
      await expect(asAdmin.withdraw(BRAND, 1n, auroraAdmin))
        .to.emit(hub, 'BreakageRecorded')
        .withArgs(BRAND, EPOCH + 2n, 1n, 30_000n, 7_500n, 3_000n, WOODLAND);
      expect((await breakage()).through).to.equal(EPOCH + 2n);
    });

    it('records it also when values have changed in every epoch since', async () => {
      const { hub, auroraAdmin, issue } = await loadFixture(changingFixture);
      const asAdmin = hub.connect(auroraAdmin);
      // Each change forgets the value of the epoch before the window.
      for (const [index, day] of ['2028-10-01', '2029-01-01', '2029-04-01', '2029-07-01'].entries()) {
        await mineAt(at(day));
        await issue(BRAND, [ana.account, 1n]);
        await asAdmin.scheduleValue(BRAND, 40_000n + BigInt(index));
      }
      expect((await hub.partnerReport(BRAND)).breakage.freed).to.equal(1_730_000n);
      await mineAt(at('2030-07-01'));
      await hub.recordBreakage(BRAND);
      // One point each of 30,000, 40,000, 40,001 and 40,002 µUSD.
      expect((await hub.partnerReport(BRAND)).breakage.freed).to.equal(1_880_003n);
    });

    it('is not asked of a brand that can not know: values may change beside it', async () => {
      const { hub, auroraAdmin, breakage, issue } = await loadFixture(oddFixture);
      await mineAt(DEAD);
      await issue(BRAND, [ana.account, 1n]); // records nothing: what died is remembered by the token
      expect((await breakage()).through).to.equal(EPOCH - 1n);
      await hub.connect(auroraAdmin).setMatch(BRAND, 1n, 0n);
      expect((await breakage()).through).to.equal(EPOCH - 1n);
      await hub.recordBreakage(BRAND);
      expect((await breakage()).freed).to.equal(1_001n * 3_333n);
    });
  });

  describe('the members’ fund', () => {
    it('goes into brands’ reserves alone, in parts, and says what is left', async () => {
      const { hub, governor, recordAt } = await loadFixture(oddFixture);
      await recordAt(DEAD);
      const before = await potsOf(hub);
      await expect(hub.connect(governor).grantFromFund(BISTRO, 800_000n))
        .to.emit(hub, 'FundGranted')
        .withArgs(BISTRO, 800_000n, 34_083n);
      expect((await hub.partnerReport(BISTRO)).reserve).to.equal(1_000n * USD + 800_000n);
      await expect(hub.connect(governor).grantFromFund(BISTRO, 34_084n))
        .to.be.revertedWithCustomError(hub, 'PotInsufficient')
        .withArgs(34_083n, 34_084n);
      await hub.connect(governor).grantFromFund(AURORA, 34_083n);
      expect(await potsOf(hub)).to.deep.equal({
        ...before,
        reserves: before.reserves + 834_083n,
        membersFund: 0n,
      });
    });

    it('goes to no brand that leaves', async () => {
      const { hub, governor, bistroAdmin, recordAt } = await loadFixture(oddFixture);
      await recordAt(DEAD);
      await hub.connect(bistroAdmin).beginExit(BISTRO);
      await expect(hub.connect(governor).grantFromFund(BISTRO, 1n))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(BISTRO);
      await expect(hub.connect(governor).grantFromFund(UNKNOWN, 1n))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });
  });
});
