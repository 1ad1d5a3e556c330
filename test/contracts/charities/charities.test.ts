import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import { AURORA, openCoalition, USD, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const UNKNOWN = 2;

/** Ana has given 250 of her 1,000 Aurora points, 2.50 dollars, to Woodland. */
async function donatedFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  const act = anAct({
    kind: 'donation',
    member: ana.account,
    issuer: AURORA,
    counterparty: WOODLAND,
    amount: 250n,
  });
  await hub.execute(toStruct(act), await ana.sign(act, network));
  return coalition;
}

describe('Charities', () => {
  describe('addCharity', () => {
    it('numbers charities from 1 up and says their name', async () => {
      const { hub, governor, seaRescue } = await loadFixture(openCoalition);
      expect(await hub.charityCount()).to.equal(1n);
      expect(await hub.connect(governor).addCharity.staticCall('Sea Rescue', seaRescue)).to.equal(2n);
      await expect(hub.connect(governor).addCharity('Sea Rescue', seaRescue))
        .to.emit(hub, 'CharityAdded')
        .withArgs(2n, seaRescue, 'Sea Rescue');
      expect(await hub.charityCount()).to.equal(2n);
      const { payout, payable_ } = await hub.charityAccount(2);
      expect([payout, payable_]).to.deep.equal([seaRescue.address, 0n]);
    });

    it('refuses one that can not be paid', async () => {
      const { hub, governor } = await loadFixture(openCoalition);
      await expect(hub.connect(governor).addCharity('Nowhere', ZeroAddress))
        .to.be.revertedWithCustomError(hub, 'CharityPayoutInvalid')
        .withArgs(ZeroAddress);
    });
  });

  describe('setCharityPayout', () => {
    it('changes where all of its money goes, what is waiting included', async () => {
      const { hub, governor, seaRescue, woodland, dollar } = await loadFixture(donatedFixture);
      await expect(hub.connect(governor).setCharityPayout(WOODLAND, seaRescue))
        .to.emit(hub, 'CharityPayoutChanged')
        .withArgs(WOODLAND, seaRescue);
      const { payout, payable_ } = await hub.charityAccount(WOODLAND);
      expect([payout, payable_]).to.deep.equal([seaRescue.address, 2_500_000n]);
      await hub.payCharity(WOODLAND);
      expect(await dollar.balanceOf(seaRescue)).to.equal(2_500_000n);
      expect(await dollar.balanceOf(woodland)).to.equal(0n);
    });

    it('refuses the zero address and a charity that does not exist', async () => {
      const { hub, governor, seaRescue } = await loadFixture(openCoalition);
      await expect(hub.connect(governor).setCharityPayout(WOODLAND, ZeroAddress))
        .to.be.revertedWithCustomError(hub, 'CharityPayoutInvalid')
        .withArgs(ZeroAddress);
      for (const charity of [0, UNKNOWN])
        await expect(hub.connect(governor).setCharityPayout(charity, seaRescue))
          .to.be.revertedWithCustomError(hub, 'CharityUnknown')
          .withArgs(charity);
    });
  });

  describe('payCharity', () => {
    describe('when something is waiting', () => {
      it('pays all of it, whoever calls', async () => {
        const { hub, stranger, woodland, dollar } = await loadFixture(donatedFixture);
        expect(await hub.connect(stranger).payCharity.staticCall(WOODLAND)).to.equal(2_500_000n);
        const paying = hub.connect(stranger).payCharity(WOODLAND);
        await expect(paying).to.emit(hub, 'CharityPaid').withArgs(WOODLAND, woodland, 2_500_000n);
        await expect(paying).to.changeTokenBalances(
          ethers,
          dollar,
          [hub, woodland, stranger],
          [-2_500_000n, 2_500_000n, 0n],
        );
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(0n);
        expect((await hub.solvency()).charitiesPayable).to.equal(0n);
      });

      it('goes on while withdrawals and acts are halted', async () => {
        const { hub, guardian, woodland, dollar } = await loadFixture(donatedFixture);
        await hub.connect(guardian).halt();
        await hub.connect(guardian).haltWithdrawals();
        await hub.payCharity(WOODLAND);
        expect(await dollar.balanceOf(woodland)).to.equal(2_500_000n);
      });
    });

    describe('when nothing is waiting', () => {
      it('is refused, before the first gift and after the payment', async () => {
        const { hub, governor, seaRescue } = await loadFixture(donatedFixture);
        await hub.connect(governor).addCharity('Sea Rescue', seaRescue);
        await expect(hub.payCharity(2))
          .to.be.revertedWithCustomError(hub, 'CharityNothingPayable')
          .withArgs(2n);
        await hub.payCharity(WOODLAND);
        await expect(hub.payCharity(WOODLAND))
          .to.be.revertedWithCustomError(hub, 'CharityNothingPayable')
          .withArgs(WOODLAND);
      });
    });

    describe('of a charity that does not exist', () => {
      it('is refused', async () => {
        const { hub } = await loadFixture(openCoalition);
        for (const charity of [0, UNKNOWN]) {
          await expect(hub.payCharity(charity))
            .to.be.revertedWithCustomError(hub, 'CharityUnknown')
            .withArgs(charity);
          await expect(hub.charityAccount(charity))
            .to.be.revertedWithCustomError(hub, 'CharityUnknown')
            .withArgs(charity);
        }
      });
    });
  });

  describe('charityAccount', () => {
    it('shows what was donated and not yet paid', async () => {
      const { hub, woodland } = await loadFixture(donatedFixture);
      const { payout, payable_ } = await hub.charityAccount(WOODLAND);
      expect([payout, payable_]).to.deep.equal([woodland.address, 2_500_000n]);
      const { held, reserves, charitiesPayable } = await hub.solvency();
      expect([held, reserves, charitiesPayable]).to.deep.equal([
        3_000n * USD,
        3_000n * USD - 2_500_000n,
        2_500_000n,
      ]);
    });
  });
});
