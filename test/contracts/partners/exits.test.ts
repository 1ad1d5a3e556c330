import { expect } from 'chai';
import { at, loadFixture, mineAt, time } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  CINEMA,
  EMPTY_POTS,
  mintOf,
  openCoalition,
  potsOf,
  USD,
  WOODLAND,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const UNKNOWN = 4;

/** Ana holds 1,000 Aurora points (10 dollars) and 1,000 Bistro points. */
async function membersFixture() {
  const coalition = await openCoalition();
  await coalition.issue(AURORA, [ana.account, 1_000n]);
  await coalition.issue(BISTRO, [ana.account, 1_000n]);
  return { ...coalition, ...performerOn(coalition) };
}

/** Aurora leaves; 2 dollars of its reserve are its match budget. */
async function leavingFixture() {
  const coalition = await membersFixture();
  await coalition.hub.connect(coalition.auroraAdmin).setMatch(AURORA, 1_000n, 2n * USD);
  await coalition.hub.connect(coalition.auroraAdmin).beginExit(AURORA);
  return coalition;
}

/** All of its points have been spent. */
async function spentFixture() {
  const coalition = await leavingFixture();
  await coalition.perform(ana, { ...atHome, amount: 1_000n });
  return coalition;
}

const atHome = { kind: 'redemption', issuer: AURORA, counterparty: AURORA } as const;

describe('Exits', () => {
  describe('beginExit', () => {
    it('is said, and can be read', async () => {
      const { hub, auroraAdmin } = await loadFixture(membersFixture);
      await expect(hub.connect(auroraAdmin).beginExit(AURORA))
        .to.emit(hub, 'PartnerExitBegun')
        .withArgs(AURORA, false);
      expect((await hub.partnerReport(AURORA)).leaving).to.equal(true);
      expect((await hub.partnerReport(BISTRO)).leaving).to.equal(false);
    });

    it('is the admin’s alone', async () => {
      const { hub, governor, guardian, bistroAdmin } = await loadFixture(membersFixture);
      for (const caller of [governor, guardian, bistroAdmin])
        await expect(hub.connect(caller).beginExit(AURORA))
          .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
          .withArgs(AURORA, caller);
      await expect(hub.beginExit(UNKNOWN))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });

    it('is begun once, and is final', async () => {
      const { hub, auroraAdmin, governor } = await loadFixture(leavingFixture);
      await expect(hub.connect(auroraAdmin).beginExit(AURORA))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(AURORA);
      await expect(hub.connect(governor).expel(AURORA))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(AURORA);
      await hub.connect(governor).resumePartner(AURORA);
      expect((await hub.partnerReport(AURORA)).leaving).to.equal(true);
    });

    it('is beside a halt: neither ends the other', async () => {
      const { hub, guardian, governor, auroraAdmin } = await loadFixture(membersFixture);
      await hub.connect(guardian).haltPartner(AURORA);
      await hub.connect(auroraAdmin).beginExit(AURORA);
      const both = await hub.partnerReport(AURORA);
      expect([both.halted, both.leaving]).to.deep.equal([true, true]);
      await hub.connect(governor).resumePartner(AURORA);
      const one = await hub.partnerReport(AURORA);
      expect([one.halted, one.leaving]).to.deep.equal([false, true]);
    });
  });

  describe('expel', () => {
    it('begins the same exit, and is said so', async () => {
      const { hub, governor, issue } = await loadFixture(membersFixture);
      await expect(hub.connect(governor).expel(AURORA))
        .to.emit(hub, 'PartnerExitBegun')
        .withArgs(AURORA, true);
      await expect(issue(AURORA, [ana.account, 1n]))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(AURORA);
      await expect(hub.connect(governor).expel(UNKNOWN))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });

    it('leaves the brand its money: what is released goes to its admin', async () => {
      const { hub, dollar, governor, cinemaAdmin } = await loadFixture(membersFixture);
      await hub.connect(governor).expel(CINEMA);
      await expect(hub.connect(governor).release(CINEMA))
        .to.emit(hub, 'ReserveReleased')
        .withArgs(CINEMA, cinemaAdmin, 1_000n * USD);
      expect(await dollar.balanceOf(cinemaAdmin)).to.equal(1_000n * USD);
    });
  });

  describe('a brand that leaves', () => {
    it('gets no new points: neither by the issuer, nor its own key, nor an exchange', async () => {
      const { hub, auroraAdmin, stranger, issue, perform, aurora } = await loadFixture(leavingFixture);
      await hub.connect(auroraAdmin).setIssuingKey(AURORA, stranger);
      const batch = {
        partner: AURORA,
        number: 2,
        receiptsRoot: `0x${'00'.repeat(32)}`,
        mints: [mintOf(ana.account, 1n)],
      };
      for (const issuing of [
        () => issue(AURORA, [ana.account, 1n]),
        () => hub.connect(stranger).issueAsPartner(batch),
        () => perform(ana, { kind: 'exchange', issuer: BISTRO, counterparty: AURORA, amount: 100n }),
      ])
        await expect(issuing()).to.be.revertedWithCustomError(hub, 'PartnerLeaving').withArgs(AURORA);
      expect(await aurora.totalSupply()).to.equal(1_000n);
    });

    it('skips exchanges into it in a batch, which then took nothing', async () => {
      const { signed, submitBatch, skipsOf, bistro } = await loadFixture(leavingFixture);
      const into = { kind: 'exchange', issuer: BISTRO, counterparty: AURORA, amount: 100n } as const;
      expect(await skipsOf(submitBatch([await signed(ana, into)]))).to.deep.equal([
        { member: ana.account, nonce: 0n, reason: 'PartnerLeaving', details: [BigInt(AURORA)] },
      ]);
      expect(await bistro.balanceOf(ana.account)).to.equal(1_000n);
    });

    it('honours its points: at home, elsewhere, in exchanges and for charities', async () => {
      const { perform, aurora } = await loadFixture(leavingFixture);
      await perform(ana, { ...atHome, amount: 1n });
      await perform(ana, { ...atHome, counterparty: BISTRO, amount: 1n });
      await perform(ana, { ...atHome, kind: 'exchange', counterparty: BISTRO, amount: 1n });
      await perform(ana, { ...atHome, kind: 'donation', counterparty: WOODLAND, amount: 1n });
      expect(await aurora.balanceOf(ana.account)).to.equal(996n);
    });

    it('accepts other brands’ points and money', async () => {
      const { hub, perform, deposit } = await loadFixture(leavingFixture);
      await perform(ana, { ...atHome, issuer: BISTRO, amount: 10n });
      await deposit(AURORA, 5n);
      expect((await hub.partnerReport(AURORA)).reserve).to.equal(998n * USD + 30_005n);
    });

    it('withdraws nothing while a point is live, and everything after', async () => {
      const { hub, dollar, auroraAdmin, perform } = await loadFixture(leavingFixture);
      const asAdmin = hub.connect(auroraAdmin);
      await perform(ana, { ...atHome, amount: 999n });
      await expect(asAdmin.withdraw(AURORA, 1n, auroraAdmin))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(AURORA);
      await perform(ana, { ...atHome, amount: 1n });
      await asAdmin.withdraw(AURORA, 998n * USD, auroraAdmin);
      expect(await dollar.balanceOf(auroraAdmin)).to.equal(998n * USD);
    });
  });

  describe('release', () => {
    describe('when the last point is spent', () => {
      it('pays reserve and match budget to the admin, whoever calls', async () => {
        const { hub, dollar, auroraAdmin, stranger } = await loadFixture(spentFixture);
        const before = await potsOf(hub);
        expect(await hub.connect(stranger).release.staticCall(AURORA)).to.equal(1_000n * USD);
        await expect(hub.connect(stranger).release(AURORA))
          .to.emit(hub, 'ReserveReleased')
          .withArgs(AURORA, auroraAdmin, 1_000n * USD);
        expect(await dollar.balanceOf(auroraAdmin)).to.equal(1_000n * USD);
        const { reserve, matchBudget } = await hub.partnerReport(AURORA);
        expect([reserve, matchBudget]).to.deep.equal([0n, 0n]);
        expect(await potsOf(hub)).to.deep.equal({
          ...EMPTY_POTS,
          held: before.held - 1_000n * USD,
          reserves: before.reserves - 998n * USD,
        });
      });

      it('pays who is the admin then', async () => {
        const { hub, dollar, auroraAdmin, seaRescue } = await loadFixture(spentFixture);
        await hub.connect(auroraAdmin).setPartnerAdmin(AURORA, seaRescue);
        await hub.release(AURORA);
        expect(await dollar.balanceOf(seaRescue)).to.equal(1_000n * USD);
      });

      it('pays nothing twice, but again what comes later', async () => {
        const { hub, deposit } = await loadFixture(spentFixture);
        await hub.release(AURORA);
        await expect(hub.release(AURORA))
          .to.be.revertedWithCustomError(hub, 'ExitNothingToRelease')
          .withArgs(AURORA);
        await deposit(AURORA, 7n);
        expect(await hub.release.staticCall(AURORA)).to.equal(7n);
      });

      it('waits while withdrawals are halted, and for nothing else', async () => {
        const { hub, guardian } = await loadFixture(spentFixture);
        await hub.connect(guardian).halt();
        await hub.connect(guardian).haltPartner(AURORA);
        await hub.connect(guardian).haltWithdrawals();
        const until = await hub.withdrawalsHaltedUntil();
        await expect(hub.release(AURORA))
          .to.be.revertedWithCustomError(hub, 'WithdrawalsAreHalted')
          .withArgs(until);
        await time.setNextBlockTimestamp(until);
        await hub.release(AURORA);
      });
    });

    describe('when points have expired', () => {
      it('waits for the last second of the last one', async () => {
        const { hub, perform } = await loadFixture(leavingFixture);
        await perform(ana, { ...atHome, amount: 400n });
        await time.setNextBlockTimestamp(at('2029-01-01') - 1);
        await expect(hub.release(AURORA))
          .to.be.revertedWithCustomError(hub, 'ExitPointsLive')
          .withArgs(AURORA, 600n);
        await time.setNextBlockTimestamp(at('2029-01-01'));
        await expect(hub.release(AURORA)).to.emit(hub, 'BreakageRecorded');
      });
    });

    describe('when a point comes back', () => {
      it('waits for it again', async () => {
        const { hub, bistroAdmin, taken } = await loadFixture(leavingFixture);
        const buckets = await taken(ana, { ...atHome, counterparty: BISTRO, amount: 1_000n });
        const id = `0x${'22'.repeat(32)}`;
        await hub
          .connect(bistroAdmin)
          .refund({ acceptor: BISTRO, issuer: AURORA, member: ana.account, nonce: 0, id, buckets });
        await expect(hub.release(AURORA))
          .to.be.revertedWithCustomError(hub, 'ExitPointsLive')
          .withArgs(AURORA, 1_000n);
      });
    });

    describe('of a brand that has not begun to leave', () => {
      it('is refused, with and without points', async () => {
        const { hub } = await loadFixture(membersFixture);
        for (const partner of [AURORA, CINEMA])
          await expect(hub.release(partner))
            .to.be.revertedWithCustomError(hub, 'ExitNotBegun')
            .withArgs(partner);
        await expect(hub.release(UNKNOWN))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(UNKNOWN);
      });
    });
  });

  describe('a year later', () => {
    it('is released whole, whatever members still hold by name', async () => {
      const { hub, dollar, auroraAdmin } = await loadFixture(leavingFixture);
      await mineAt(at('2029-02-10'));
      await hub.release(AURORA);
      expect(await dollar.balanceOf(auroraAdmin)).to.equal(1_000n * USD);
    });
  });
});
