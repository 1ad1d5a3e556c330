import { expect } from 'chai';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { loadFixture, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, USD, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const WEEK = 7 * 86_400;
const UNKNOWN = 4;

/** Ana has 1,000 Aurora and 1,000 Bistro points. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_000n]);
  /** Submits an act of Ana's over 100 points. */
  const act = async (
    kind: 'redemption' | 'exchange' | 'donation',
    issuer: number,
    counterparty: number,
    nonce = 0,
  ) => {
    const spending = anAct({ kind, member: ana.account, issuer, counterparty, amount: 100n, nonce });
    return hub.execute(toStruct(spending), await ana.sign(spending, network));
  };
  return { ...coalition, act };
}

describe('Halts', () => {
  describe('halt', () => {
    it('stops every act until governance resumes', async () => {
      const { hub, guardian, governor, act } = await loadFixture(membersFixture);
      expect(await hub.halted()).to.equal(false);
      await expect(hub.connect(guardian).halt()).to.emit(hub, 'CoalitionHaltSet').withArgs(true);
      expect(await hub.halted()).to.equal(true);
      for (const acting of [
        () => act('redemption', AURORA, AURORA),
        () => act('redemption', AURORA, BISTRO),
        () => act('exchange', AURORA, BISTRO),
        () => act('donation', AURORA, WOODLAND),
      ])
        await expect(acting()).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
      await expect(hub.connect(governor).resume()).to.emit(hub, 'CoalitionHaltSet').withArgs(false);
      expect(await hub.halted()).to.equal(false);
      await act('redemption', AURORA, BISTRO);
    });

    it('does not lapse by itself', async () => {
      const { hub, guardian, act } = await loadFixture(membersFixture);
      await hub.connect(guardian).halt();
      await time.increase(30 * 86_400);
      await expect(act('redemption', AURORA, AURORA)).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
    });

    it('can be repeated without harm', async () => {
      const { hub, guardian, governor, act } = await loadFixture(membersFixture);
      await hub.connect(guardian).halt();
      await hub.connect(guardian).halt();
      await hub.connect(governor).resume();
      await act('redemption', AURORA, AURORA);
    });
  });

  describe('haltPartner', () => {
    it('stops every act that the brand has a part in, as issuer, acceptor or target', async () => {
      const { hub, guardian, governor, act } = await loadFixture(membersFixture);
      await expect(hub.connect(guardian).haltPartner(AURORA))
        .to.emit(hub, 'PartnerHaltSet')
        .withArgs(AURORA, true);
      expect((await hub.partnerReport(AURORA)).halted).to.equal(true);
      for (const acting of [
        () => act('redemption', AURORA, AURORA),
        () => act('redemption', AURORA, BISTRO),
        () => act('donation', AURORA, WOODLAND),
        () => act('exchange', AURORA, BISTRO),
        () => act('redemption', BISTRO, AURORA),
        () => act('exchange', BISTRO, AURORA),
      ])
        await expect(acting()).to.be.revertedWithCustomError(hub, 'PartnerHalted').withArgs(AURORA);
      await expect(hub.connect(governor).resumePartner(AURORA))
        .to.emit(hub, 'PartnerHaltSet')
        .withArgs(AURORA, false);
      expect((await hub.partnerReport(AURORA)).halted).to.equal(false);
      await act('redemption', AURORA, BISTRO);
      await act('redemption', BISTRO, AURORA);
    });

    it('leaves other brands alone', async () => {
      const { hub, guardian, act } = await loadFixture(membersFixture);
      await hub.connect(guardian).haltPartner(AURORA);
      await act('redemption', BISTRO, CINEMA);
      await act('donation', BISTRO, WOODLAND, 1);
    });

    it('refuses a brand that does not exist, as resumePartner does', async () => {
      const { hub, guardian, governor } = await loadFixture(membersFixture);
      for (const halting of [
        () => hub.connect(guardian).haltPartner(UNKNOWN),
        () => hub.connect(governor).resumePartner(UNKNOWN),
      ])
        await expect(halting()).to.be.revertedWithCustomError(hub, 'PartnerUnknown').withArgs(UNKNOWN);
    });
  });

  describe('haltWithdrawals', () => {
    it('stops withdrawals for a week, and lapses by itself', async () => {
      const { hub, guardian, auroraAdmin } = await loadFixture(membersFixture);
      expect(await hub.withdrawalsHaltedUntil()).to.equal(0n);
      expect(await hub.WITHDRAWAL_HALT()).to.equal(WEEK);
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      await expect(hub.connect(guardian).haltWithdrawals())
        .to.emit(hub, 'WithdrawalsHalted')
        .withArgs(now + WEEK);
      expect(await hub.withdrawalsHaltedUntil()).to.equal(now + WEEK);

      await time.setNextBlockTimestamp(now + WEEK - 1);
      await expect(hub.connect(auroraAdmin).withdraw(AURORA, USD, auroraAdmin))
        .to.be.revertedWithCustomError(hub, 'WithdrawalsAreHalted')
        .withArgs(now + WEEK);
      await time.setNextBlockTimestamp(now + WEEK);
      await hub.connect(auroraAdmin).withdraw(AURORA, USD, auroraAdmin);
    });

    it('can not follow itself for as long again, so that money is never kept for ever', async () => {
      const { hub, guardian, auroraAdmin } = await loadFixture(membersFixture);
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      await hub.connect(guardian).haltWithdrawals();
      for (const moment of [now + 1, now + WEEK, now + 2 * WEEK - 1]) {
        await time.setNextBlockTimestamp(moment);
        await expect(hub.connect(guardian).haltWithdrawals())
          .to.be.revertedWithCustomError(hub, 'WithdrawalsHaltTooSoon')
          .withArgs(now + 2 * WEEK);
      }
      await hub.connect(auroraAdmin).withdraw(AURORA, USD, auroraAdmin);
      const second = now + 2 * WEEK + 60;
      await time.setNextBlockTimestamp(second);
      await hub.connect(guardian).haltWithdrawals();
      expect(await hub.withdrawalsHaltedUntil()).to.equal(second + WEEK);
    });

    it('may be renewed from the very second on', async () => {
      const { hub, guardian } = await loadFixture(membersFixture);
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      await hub.connect(guardian).haltWithdrawals();
      await time.setNextBlockTimestamp(now + 2 * WEEK);
      await expect(hub.connect(guardian).haltWithdrawals())
        .to.emit(hub, 'WithdrawalsHalted')
        .withArgs(now + 3 * WEEK);
    });

    it('leaves acts, issuance and deposits alone', async () => {
      const { hub, guardian, act, issue, deposit } = await loadFixture(membersFixture);
      await hub.connect(guardian).haltWithdrawals();
      await act('redemption', AURORA, BISTRO);
      await issue(AURORA, [ana.account, 1n]);
      await deposit(AURORA, 1n);
    });
  });
});
