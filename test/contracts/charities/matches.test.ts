import { expect } from 'chai';
import { id } from 'ethers';
import type { Hex } from 'viem';
import { loadFixture } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
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
/** A brand whose points are worth 1 µUSD. */
const PENNIES = 4;
const SEA_RESCUE = 2;
const UNKNOWN = 9;
const ORDER = id('a tree') as Hex;

/** Ana holds 1,000 Aurora points, 10 dollars, and 100,000 Pennies; there is a second charity, Sea Rescue. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, governor, auroraAdmin, seaRescue, issue, deposit } = coalition;
  await hub.connect(governor).addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), value: 1n });
  await hub.connect(governor).addCharity('Sea Rescue', seaRescue);
  await hub.connect(auroraAdmin).setMintAllowance(PENNIES, MINT_CAPACITY, MINT_WINDOW);
  await deposit(PENNIES, USD);
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(PENNIES, [ana.account, 100_000n]);
  const asAdmin = hub.connect(auroraAdmin);
  const budgetOf = async (partner: number) => (await hub.partnerReport(partner)).matchBudget;
  const reserveOf = async (partner: number) => (await hub.partnerReport(partner)).reserve;
  return { ...coalition, ...performerOn(coalition), asAdmin, budgetOf, reserveOf };
}

/** Aurora adds 12.5 % out of a dollar, and Pennies 33.33 % out of 100 µUSD. */
async function matchedFixture() {
  const coalition = await membersFixture();
  await coalition.asAdmin.setMatch(AURORA, 1_250n, USD);
  await coalition.asAdmin.setMatch(PENNIES, 3_333n, 100n);
  return coalition;
}

const toWoodland = { kind: 'donation', issuer: AURORA, counterparty: WOODLAND } as const;

describe('Charities', () => {
  describe('setMatch', () => {
    it('takes the budget out of the reserve, and says so', async () => {
      const { hub, asAdmin } = await loadFixture(membersFixture);
      const before = await potsOf(hub);
      await expect(asAdmin.setMatch(AURORA, 1_250n, 5n * USD))
        .to.emit(hub, 'MatchChanged')
        .withArgs(AURORA, 1_250n, 5n * USD);
      const { matchBps, matchBudget, reserve } = await hub.partnerReport(AURORA);
      expect([matchBps, matchBudget, reserve]).to.deep.equal([1_250n, 5n * USD, 995n * USD]);
      expect(await potsOf(hub)).to.deep.equal({
        ...before,
        reserves: before.reserves - 5n * USD,
        matchBudgets: 5n * USD,
      });
    });

    it('sets the budget, not what is added to it: up, down and to nothing', async () => {
      const { hub, asAdmin, budgetOf, reserveOf } = await loadFixture(membersFixture);
      const { held } = await potsOf(hub);
      for (const budget of [5n, 9n, 9n, 2n, 0n]) {
        await asAdmin.setMatch(AURORA, 100n, budget);
        expect([await budgetOf(AURORA), await reserveOf(AURORA)]).to.deep.equal([
          budget,
          1_000n * USD - budget,
        ]);
      }
      expect(await potsOf(hub)).to.deep.equal({ ...EMPTY_POTS, held, reserves: held });
    });

    it('takes what is free, and not a µUSD that members are owed', async () => {
      const { hub, asAdmin, budgetOf } = await loadFixture(membersFixture);
      await expect(asAdmin.setMatch(AURORA, 100n, 990n * USD + 1n))
        .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
        .withArgs(AURORA, 10n * USD - 1n, 10n * USD);
      await asAdmin.setMatch(AURORA, 100n, 990n * USD);
      await expect(asAdmin.setMatch(AURORA, 100n, 1_000n * USD + 1n))
        .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
        .withArgs(AURORA, 10n * USD, 10n * USD + 1n);
      expect(await budgetOf(AURORA)).to.equal(990n * USD);
    });

    it('adds a donation again at most', async () => {
      const { hub, asAdmin } = await loadFixture(membersFixture);
      await asAdmin.setMatch(AURORA, 10_000n, 0n);
      for (const bps of [10_001n, 65_535n])
        await expect(asAdmin.setMatch(AURORA, bps, 0n))
          .to.be.revertedWithCustomError(hub, 'MatchInvalid')
          .withArgs(bps);
    });

    it('is the admin’s alone', async () => {
      const { hub, governor, issuer, bistroAdmin, stranger } = await loadFixture(membersFixture);
      for (const caller of [governor, issuer, bistroAdmin, stranger])
        await expect(hub.connect(caller).setMatch(AURORA, 1n, 1n))
          .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
          .withArgs(AURORA, caller);
      await expect(hub.setMatch(UNKNOWN, 1n, 1n))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });

    it('gives a brand that leaves its budget back, and no more budget', async () => {
      const { hub, asAdmin, budgetOf } = await loadFixture(matchedFixture);
      await asAdmin.beginExit(AURORA);
      await expect(asAdmin.setMatch(AURORA, 1_250n, USD + 1n))
        .to.be.revertedWithCustomError(hub, 'PartnerLeaving')
        .withArgs(AURORA);
      await asAdmin.setMatch(AURORA, 0n, 7n);
      expect(await budgetOf(AURORA)).to.equal(7n);
    });
  });

  describe('a matched donation', () => {
    it('gives the charity the value and the match, rounded down, and takes each from its pot', async () => {
      const { hub, perform, budgetOf, reserveOf } = await loadFixture(matchedFixture);
      const before = await potsOf(hub);
      const donating = perform(ana, { ...toWoodland, issuer: PENNIES, amount: 101n, ref: ORDER });
      await expect(donating)
        .to.emit(hub, 'Donated')
        .withArgs(ana.account, PENNIES, WOODLAND, 101n, 101n, 0n, ORDER);
      await expect(donating)
        .to.emit(hub, 'DonationMatched')
        .withArgs(ana.account, PENNIES, WOODLAND, 33n, 0n); // of 33.6633
      expect([await budgetOf(PENNIES), await reserveOf(PENNIES)]).to.deep.equal([67n, USD - 100n - 101n]);
      expect(await potsOf(hub)).to.deep.equal({
        ...before,
        reserves: before.reserves - 101n,
        matchBudgets: before.matchBudgets - 33n,
        charitiesPayable: 134n,
      });
      expect(await hub.donatedBy(WOODLAND, PENNIES)).to.equal(134n);
    });

    it('is rounded for each donation of a batch', async () => {
      const { hub, signed, submitBatch, submitCompact, budgetOf } = await loadFixture(matchedFixture);
      const penny = (nonce: number, amount: bigint) =>
        signed(ana, { ...toWoodland, issuer: PENNIES, amount, nonce });
      // 5 × 33.33 % are 1.67 each: together they would be 3.
      await submitBatch([await penny(0, 5n), await penny(1, 5n)]);
      expect([await budgetOf(PENNIES), (await hub.charityAccount(WOODLAND)).payable_]).to.deep.equal([
        98n,
        12n,
      ]);
      await submitCompact([await penny(2, 5n), await penny(3, 5n)]);
      expect([await budgetOf(PENNIES), (await hub.charityAccount(WOODLAND)).payable_]).to.deep.equal([
        96n,
        24n,
      ]);
    });

    it('is nothing, and says nothing, where it rounds to nothing', async () => {
      const { hub, perform, budgetOf } = await loadFixture(matchedFixture);
      const donating = perform(ana, { ...toWoodland, issuer: PENNIES, amount: 3n }); // 0.9999
      await expect(donating).to.not.emit(hub, 'DonationMatched');
      expect([await budgetOf(PENNIES), await hub.donatedBy(WOODLAND, PENNIES)]).to.deep.equal([100n, 3n]);
    });

    it('ends with the budget: the last one gets what is left, those after it nothing', async () => {
      const { hub, signed, submitBatch, budgetOf } = await loadFixture(matchedFixture);
      const penny = (nonce: number, amount: bigint) =>
        signed(ana, { ...toWoodland, issuer: PENNIES, amount, nonce });
      const donating = submitBatch([await penny(0, 270n), await penny(1, 270n), await penny(2, 270n)]);
      await expect(donating)
        .to.emit(hub, 'DonationMatched')
        .withArgs(ana.account, PENNIES, WOODLAND, 89n, 0n);
      await expect(donating)
        .to.emit(hub, 'DonationMatched')
        .withArgs(ana.account, PENNIES, WOODLAND, 11n, 1n);
      const logs = (await (await donating).wait())?.logs ?? [];
      const matches = logs.filter((log) => hub.interface.parseLog(log)?.name === 'DonationMatched');
      expect(matches).to.have.length(2);
      expect(await budgetOf(PENNIES)).to.equal(0n);
      expect(await hub.donatedBy(WOODLAND, PENNIES)).to.equal(910n);
    });

    it('needs no reserve beyond the donation’s own value', async () => {
      const { hub, governor, perform, asAdmin, reserveOf } = await loadFixture(membersFixture);
      await hub.connect(governor).setCoveragePolicy(PENNIES, 1n);
      await asAdmin.setMatch(PENNIES, 10_000n, USD - 10n); // ten are required, and left
      await perform(ana, { ...toWoodland, issuer: PENNIES, amount: 10n });
      expect(await reserveOf(PENNIES)).to.equal(0n);
      expect(await hub.donatedBy(WOODLAND, PENNIES)).to.equal(20n);
    });

    it('goes on after a brand has begun to leave', async () => {
      const { hub, perform, asAdmin } = await loadFixture(matchedFixture);
      await asAdmin.beginExit(AURORA);
      await expect(perform(ana, { ...toWoodland, amount: 8n }))
        .to.emit(hub, 'DonationMatched')
        .withArgs(ana.account, AURORA, WOODLAND, 10_000n, 0n);
    });

    it('does not change what the member signed a minimum for', async () => {
      const { hub, perform } = await loadFixture(matchedFixture);
      await expect(perform(ana, { ...toWoodland, amount: 8n, minimum: 80_001n }))
        .to.be.revertedWithCustomError(hub, 'ActMinimumNotMet')
        .withArgs(80_000n, 80_001n);
    });

    it('is for donations alone', async () => {
      const { perform, budgetOf } = await loadFixture(matchedFixture);
      await perform(ana, { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 8n });
      await perform(ana, { kind: 'exchange', issuer: AURORA, counterparty: BISTRO, amount: 8n });
      expect(await budgetOf(AURORA)).to.equal(USD);
    });
  });

  describe('setCharitySuspended', () => {
    it('refuses donations by name until it is taken back; what was given is paid', async () => {
      const { hub, governor, woodland, dollar, perform } = await loadFixture(matchedFixture);
      await perform(ana, { ...toWoodland, amount: 8n });
      await expect(hub.connect(governor).setCharitySuspended(WOODLAND, true))
        .to.emit(hub, 'CharitySuspensionSet')
        .withArgs(WOODLAND, true);
      expect((await hub.charityAccount(WOODLAND)).suspended).to.equal(true);
      await expect(perform(ana, { ...toWoodland, amount: 8n }))
        .to.be.revertedWithCustomError(hub, 'CharitySuspended')
        .withArgs(WOODLAND);
      await hub.payCharity(WOODLAND);
      expect(await dollar.balanceOf(woodland)).to.equal(90_000n);
      await expect(hub.connect(governor).setCharitySuspended(WOODLAND, false))
        .to.emit(hub, 'CharitySuspensionSet')
        .withArgs(WOODLAND, false);
      await perform(ana, { ...toWoodland, amount: 8n });
    });

    it('skips its donations in a batch, and matches none of them', async () => {
      const { hub, governor, signed, submitBatch, skipsOf, budgetOf } = await loadFixture(matchedFixture);
      await hub.connect(governor).setCharitySuspended(WOODLAND, true);
      const donation = (nonce: number, counterparty: number) =>
        signed(ana, { ...toWoodland, counterparty, amount: 8n, nonce });
      const batch = [
        await donation(0, SEA_RESCUE),
        await donation(1, WOODLAND),
        await donation(2, SEA_RESCUE),
        await donation(3, UNKNOWN),
      ];
      expect(await skipsOf(submitBatch(batch))).to.deep.equal([
        { member: ana.account, nonce: 1n, reason: 'CharitySuspended', details: [BigInt(WOODLAND)] },
        { member: ana.account, nonce: 3n, reason: 'CharityUnknown', details: [BigInt(UNKNOWN)] },
      ]);
      expect(await budgetOf(AURORA)).to.equal(USD - 20_000n);
      expect((await hub.charityAccount(SEA_RESCUE)).payable_).to.equal(180_000n);
      expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(0n);
    });

    it('knows no charity that does not exist', async () => {
      const { hub, governor } = await loadFixture(membersFixture);
      for (const charity of [0, UNKNOWN])
        await expect(hub.connect(governor).setCharitySuspended(charity, true))
          .to.be.revertedWithCustomError(hub, 'CharityUnknown')
          .withArgs(charity);
    });
  });

  describe('donatedBy', () => {
    it('adds up by charity and brand, whatever was paid since', async () => {
      const { hub, perform } = await loadFixture(matchedFixture);
      await perform(ana, { ...toWoodland, amount: 8n });
      await hub.payCharity(WOODLAND);
      await perform(ana, { ...toWoodland, amount: 16n });
      await perform(ana, { ...toWoodland, counterparty: SEA_RESCUE, amount: 24n });
      await perform(ana, { ...toWoodland, issuer: PENNIES, amount: 3n });
      expect(await hub.donatedBy(WOODLAND, AURORA)).to.equal(270_000n);
      expect(await hub.donatedBy(SEA_RESCUE, AURORA)).to.equal(270_000n);
      expect(await hub.donatedBy(WOODLAND, PENNIES)).to.equal(3n);
      expect(await hub.donatedBy(WOODLAND, BISTRO)).to.equal(0n);
    });

    it('knows no charity that does not exist', async () => {
      const { hub } = await loadFixture(membersFixture);
      await expect(hub.donatedBy(UNKNOWN, AURORA))
        .to.be.revertedWithCustomError(hub, 'CharityUnknown')
        .withArgs(UNKNOWN);
    });
  });
});
