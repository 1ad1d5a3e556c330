import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Hex } from 'viem';
import { loadFixture } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  CINEMA,
  EMPTY_POTS,
  MINT_CAPACITY,
  MINT_WINDOW,
  openCoalition,
  potsOf,
  termsOf,
  USD,
  WOODLAND,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
/** A brand whose points are worth 1 µUSD. */
const PENNIES = 4;
const UNKNOWN = 5;
const ORDER = id('an order') as Hex;

/** Ana and Ben hold 1,000 Aurora points, 10 dollars, each, and Ana 100,000 Pennies; the fee is 1.23 %. */
async function feeFixture() {
  const coalition = await openCoalition();
  const { hub, governor, auroraAdmin, issue, deposit } = coalition;
  await hub.connect(governor).addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), value: 1n });
  await hub.connect(auroraAdmin).setMintAllowance(PENNIES, MINT_CAPACITY, MINT_WINDOW);
  await deposit(PENNIES, USD);
  await issue(AURORA, [ana.account, 1_000n], [ben.account, 1_000n]);
  await issue(PENNIES, [ana.account, 100_000n]);
  await hub.connect(governor).setFee(123n);
  const reserveOf = async (partner: number) => (await hub.partnerReport(partner)).reserve;
  const treasury = async () => (await hub.solvency()).treasury;
  return { ...coalition, ...performerOn(coalition), reserveOf, treasury };
}

/** Half a dollar has come into the treasury, and the fee is 0 again. */
async function treasuryFixture() {
  const coalition = await feeFixture();
  const { hub, governor, perform } = coalition;
  await hub.connect(governor).setFee(500n);
  await perform(ana, { ...atBistro, amount: 1_000n });
  await hub.connect(governor).setFee(0n);
  return coalition;
}

const atBistro = { kind: 'redemption', issuer: AURORA, counterparty: BISTRO } as const;

describe('Treasury', () => {
  describe('setFee', () => {
    it('is nothing at first, and says what it becomes', async () => {
      const { hub, governor } = await loadFixture(openCoalition);
      expect(await hub.feeBps()).to.equal(0n);
      await expect(hub.connect(governor).setFee(30n)).to.emit(hub, 'FeeChanged').withArgs(30n);
      expect(await hub.feeBps()).to.equal(30n);
      await hub.connect(governor).setFee(0n);
      expect(await hub.feeBps()).to.equal(0n);
    });

    it('goes up to 5 % and not a basis point beyond', async () => {
      const { hub, governor } = await loadFixture(openCoalition);
      expect(await hub.FEE_LIMIT_BPS()).to.equal(500n);
      await hub.connect(governor).setFee(500n);
      for (const bps of [501n, 10_000n, 65_535n])
        await expect(hub.connect(governor).setFee(bps))
          .to.be.revertedWithCustomError(hub, 'FeeTooHigh')
          .withArgs(bps, 500n);
      expect(await hub.feeBps()).to.equal(500n);
    });

    it('touches neither halt, whose word it shares, and no halt touches it', async () => {
      const { hub, guardian, governor } = await loadFixture(openCoalition);
      await hub.connect(guardian).halt();
      await hub.connect(guardian).haltWithdrawals();
      const until = await hub.withdrawalsHaltedUntil();
      await hub.connect(governor).setFee(500n);
      expect(await hub.halted()).to.equal(true);
      expect(await hub.withdrawalsHaltedUntil()).to.equal(until);
      await hub.connect(governor).resume();
      expect(await hub.feeBps()).to.equal(500n);
    });
  });

  describe('the fee', () => {
    describe('of a redemption at another brand', () => {
      it('is a part of what the acceptor gets, rounded down', async () => {
        const { hub, perform, reserveOf } = await loadFixture(feeFixture);
        const before = await potsOf(hub);
        await expect(perform(ana, { ...atBistro, amount: 7n, ref: ORDER }))
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, AURORA, BISTRO, 7n, 70_000n, 0n, ORDER);
        expect(await reserveOf(AURORA)).to.equal(1_000n * USD - 70_000n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD + 70_000n - 861n);
        expect(await potsOf(hub)).to.deep.equal({
          ...before,
          reserves: before.reserves - 861n,
          treasury: 861n,
        });
      });

      it('is nothing of 81 µUSD, and one of 82', async () => {
        const { perform, reserveOf, treasury } = await loadFixture(feeFixture);
        const pennies = { ...atBistro, issuer: PENNIES };
        await perform(ana, { ...pennies, amount: 81n }); // 0.9963
        expect([await reserveOf(BISTRO), await treasury()]).to.deep.equal([1_000n * USD + 81n, 0n]);
        await perform(ana, { ...pennies, amount: 82n }); // 1.0086
        expect([await reserveOf(BISTRO), await treasury()]).to.deep.equal([1_000n * USD + 162n, 1n]);
      });

      it('is rounded for each redemption of a batch, whoever is paid', async () => {
        const { signed, submitBatch, submitCompact, reserveOf, treasury } = await loadFixture(feeFixture);
        const penny = async (nonce: number, counterparty: number, amount: bigint) =>
          signed(ana, { ...atBistro, issuer: PENNIES, counterparty, amount, nonce });
        // 121 × 1.23 % are 1.4883: three of them would be 4 if they were added up first.
        await submitBatch([
          await penny(0, BISTRO, 121n),
          await penny(1, BISTRO, 121n),
          await penny(2, CINEMA, 81n),
          await penny(3, BISTRO, 121n),
        ]);
        expect(await treasury()).to.equal(3n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD + 360n);
        expect(await reserveOf(CINEMA)).to.equal(1_000n * USD + 81n);
        await submitCompact([await penny(4, BISTRO, 121n), await penny(5, BISTRO, 121n)]);
        expect(await treasury()).to.equal(5n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD + 600n);
      });

      it('does not lower what the member has signed a minimum for', async () => {
        const { hub, perform } = await loadFixture(feeFixture);
        await perform(ana, { ...atBistro, amount: 7n, minimum: 70_000n });
        await expect(perform(ana, { ...atBistro, amount: 7n, minimum: 70_001n }))
          .to.be.revertedWithCustomError(hub, 'ActMinimumNotMet')
          .withArgs(70_000n, 70_001n);
      });

      it('is what it is when the redemption is done, not when it was signed', async () => {
        const { hub, governor, signed, submit, treasury } = await loadFixture(feeFixture);
        const redemption = await signed(ana, { ...atBistro, amount: 100n });
        await hub.connect(governor).setFee(500n);
        await submit(redemption);
        expect(await treasury()).to.equal(50_000n);
      });

      it('is not taken of one that is skipped', async () => {
        const { signed, submitBatch, treasury } = await loadFixture(feeFixture);
        await submitBatch([
          await signed(ana, { ...atBistro, amount: 1_001n }),
          await signed(ben, { ...atBistro, amount: 100n }),
        ]);
        expect(await treasury()).to.equal(12_300n);
      });
    });

    describe('of what pays no other brand', () => {
      it('is nothing: redemptions at home, exchanges and donations', async () => {
        const { hub, perform } = await loadFixture(feeFixture);
        const before = await potsOf(hub);
        await perform(ana, { ...atBistro, counterparty: AURORA, amount: 100n });
        await perform(ana, { ...atBistro, kind: 'exchange', amount: 100n });
        await perform(ana, { ...atBistro, kind: 'donation', counterparty: WOODLAND, amount: 100n });
        expect(await potsOf(hub)).to.deep.equal({
          ...before,
          reserves: before.reserves - USD,
          charitiesPayable: USD,
        });
      });
    });
  });

  describe('withdrawTreasury', () => {
    it('pays whom governance names, and says what is left', async () => {
      const { hub, dollar, governor, seaRescue, treasury } = await loadFixture(treasuryFixture);
      expect(await treasury()).to.equal(500_000n);
      const paying = hub.connect(governor).withdrawTreasury(200_000n, seaRescue);
      await expect(paying).to.emit(hub, 'TreasuryWithdrawn').withArgs(seaRescue, 200_000n, 300_000n);
      await paying;
      expect(await dollar.balanceOf(seaRescue)).to.equal(200_000n);
      await hub.connect(governor).withdrawTreasury(300_000n, seaRescue);
      const { held, ...pots } = await potsOf(hub);
      expect(pots).to.deep.equal({ ...EMPTY_POTS, reserves: held });
    });

    it('refuses more than the fees are, though the hub holds more', async () => {
      const { hub, governor } = await loadFixture(treasuryFixture);
      for (const amount of [500_001n, 2n ** 128n + 500_000n, 2n ** 256n - 1n])
        await expect(hub.connect(governor).withdrawTreasury(amount, governor))
          .to.be.revertedWithCustomError(hub, 'PotInsufficient')
          .withArgs(500_000n, amount);
    });

    it('waits while withdrawals are halted', async () => {
      const { hub, governor, guardian } = await loadFixture(treasuryFixture);
      await hub.connect(guardian).haltWithdrawals();
      await expect(hub.connect(governor).withdrawTreasury(1n, governor))
        .to.be.revertedWithCustomError(hub, 'WithdrawalsAreHalted')
        .withArgs(await hub.withdrawalsHaltedUntil());
    });

    it('does not pay the zero address', async () => {
      const { hub, dollar, governor, treasury } = await loadFixture(treasuryFixture);
      await expect(hub.connect(governor).withdrawTreasury(1n, ZeroAddress))
        .to.be.revertedWithCustomError(dollar, 'ERC20InvalidReceiver')
        .withArgs(ZeroAddress);
      expect(await treasury()).to.equal(500_000n);
    });
  });

  describe('grantFromFund', () => {
    it('refuses a µUSD of an empty fund, whatever the treasury has', async () => {
      const { hub, governor } = await loadFixture(treasuryFixture);
      await expect(hub.connect(governor).grantFromFund(AURORA, 1n))
        .to.be.revertedWithCustomError(hub, 'PotInsufficient')
        .withArgs(0n, 1n);
      await expect(hub.connect(governor).grantFromFund(UNKNOWN, 0n))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });
  });
});
