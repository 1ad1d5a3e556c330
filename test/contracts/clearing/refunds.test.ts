import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Address } from 'viem';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, potsOf, USD, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const UNKNOWN = 4;
const ID = id('a sale taken back');
/** January to March 2028. */
const EPOCH = 232n;

/** Points by bucket, the last one of `epoch`, as spends return them. */
const bucketsOf = (epoch: bigint, ...points: [bigint, bigint, bigint, bigint]): bigint =>
  points.reduce((word, count, index) => word | (count << (48n * BigInt(index))), epoch << 192n);

/** Ana holds 1,000 Aurora points (10 dollars), Ben 1,000 Bistro points. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, bistroAdmin, issue } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ben.account, 1_000n]);
  /** Bistro takes a sale to Ana back, unless told otherwise. */
  const refundOf = (
    fields: Partial<{
      acceptor: number;
      issuer: number;
      member: Address;
      nonce: number;
      id: string;
      buckets: bigint;
    }>,
  ) => ({
    acceptor: BISTRO,
    issuer: AURORA,
    member: ana.account,
    nonce: 0,
    id: ID,
    buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 250n),
    ...fields,
  });
  const refund = (fields: Parameters<typeof refundOf>[0] = {}, caller = bistroAdmin) =>
    hub.connect(caller).refund(refundOf(fields));
  const reserveOf = async (partner: number) => (await hub.partnerReport(partner)).reserve;
  return { ...coalition, ...performerOn(coalition), refundOf, refund, reserveOf };
}

/** She has spent 250 of them at Bistro, 2.50 dollars. */
async function redeemedFixture() {
  const coalition = await membersFixture();
  const buckets = await coalition.taken(ana, atBistro);
  return { ...coalition, buckets };
}

/** She has spent 250 of them at Aurora itself. */
async function atHomeFixture() {
  const coalition = await membersFixture();
  await coalition.perform(ana, { ...atBistro, counterparty: AURORA });
  return coalition;
}

/** She held 100 points of each of four epochs, worth 1, 2, 3 and 4 cents, and has spent 350 at Bistro. */
async function fourEpochsFixture() {
  const coalition = await openCoalition();
  const { hub, auroraAdmin, bistroAdmin, issue } = coalition;
  const { taken } = performerOn(coalition);
  for (const [day, value] of [
    ['2028-04-01', 20_000n],
    ['2028-07-01', 30_000n],
    ['2028-10-01', 40_000n],
  ] as const) {
    await issue(AURORA, [ana.account, 100n]);
    await hub.connect(auroraAdmin).scheduleValue(AURORA, value);
    await mineAt(at(day));
  }
  await issue(AURORA, [ana.account, 100n]);
  const buckets = await taken(ana, { ...atBistro, amount: 350n });
  const refund = () =>
    hub
      .connect(bistroAdmin)
      .refund({ acceptor: BISTRO, issuer: AURORA, member: ana.account, nonce: 0, id: ID, buckets });
  const byEpoch = async () => {
    const word = await coalition.aurora.accountWord(ana.account);
    return [0n, 1n, 2n, 3n].map((index) => (word >> (48n * index)) & (2n ** 48n - 1n));
  };
  return { ...coalition, buckets, refund, byEpoch };
}

const atBistro = { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 250n } as const;

describe('Refunds', () => {
  describe('refund', () => {
    describe('of another brand’s points', () => {
      it('gives the points back, and their value to the issuer', async () => {
        const { hub, aurora, bistroAdmin, buckets, refund, reserveOf } = await loadFixture(redeemedFixture);
        expect(buckets).to.equal(bucketsOf(EPOCH, 0n, 0n, 0n, 250n));
        const before = await potsOf(hub);
        const refunding = refund();
        await expect(refunding)
          .to.emit(hub, 'Refunded')
          .withArgs(ana.account, AURORA, BISTRO, 0n, ID, buckets, 250n, 2_500_000n, bistroAdmin);
        await expect(refunding).to.emit(aurora, 'PointsRestored').withArgs(ana.account, buckets);
        await expect(refunding).to.emit(aurora, 'Transfer').withArgs(ZeroAddress, ana.account, 250n);
        expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
        expect([await reserveOf(AURORA), await reserveOf(BISTRO)]).to.deep.equal([
          1_000n * USD,
          1_000n * USD,
        ]);
        expect(await potsOf(hub)).to.deep.equal(before);
      });

      it('answers points and value', async () => {
        const { hub, bistroAdmin, refundOf } = await loadFixture(redeemedFixture);
        expect(await hub.connect(bistroAdmin).refund.staticCall(refundOf({}))).to.deep.equal([
          250n,
          2_500_000n,
        ]);
      });

      it('may be in parts, each with its own id, and no more than was spent', async () => {
        const { aurora, refund, reserveOf } = await loadFixture(redeemedFixture);
        await refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 100n) });
        await refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 149n), id: id('b') });
        await expect(refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 2n), id: id('c') }))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(EPOCH, 999n, 2n, 1_000n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD + 10_000n);
      });

      it('leaves the fee where it is: the acceptor pays the whole value', async () => {
        const { hub, governor, taken, refund, reserveOf } = await loadFixture(membersFixture);
        await hub.connect(governor).setFee(500n);
        await taken(ana, atBistro);
        await refund();
        expect([await reserveOf(AURORA), await reserveOf(BISTRO)]).to.deep.equal([
          1_000n * USD,
          1_000n * USD - 125_000n,
        ]);
        expect((await hub.solvency()).treasury).to.equal(125_000n);
      });

      it('pays what the points are worth now, if their value was raised since', async () => {
        const { hub, auroraAdmin, refund, reserveOf } = await loadFixture(redeemedFixture);
        await hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 20_000n);
        await refund();
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD - 2_500_000n);
        expect(await reserveOf(AURORA)).to.equal(1_000n * USD + 2_500_000n);
      });
    });

    describe('of the acceptor’s own points', () => {
      it('gives them back, and moves no money', async () => {
        const { hub, auroraAdmin, aurora, refund } = await loadFixture(atHomeFixture);
        const before = await potsOf(hub);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 250n);
        await expect(refund({ acceptor: AURORA }, auroraAdmin))
          .to.emit(hub, 'Refunded')
          .withArgs(ana.account, AURORA, AURORA, 0n, ID, buckets, 250n, 2_500_000n, auroraAdmin);
        expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
        expect(await potsOf(hub)).to.deep.equal(before);
      });

      it('is refused when the brand could no longer cover them', async () => {
        const { hub, auroraAdmin, refund } = await loadFixture(atHomeFixture);
        await hub.connect(auroraAdmin).withdraw(AURORA, 992_500_000n, auroraAdmin);
        await expect(refund({ acceptor: AURORA }, auroraAdmin))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 7_500_000n, 10n * USD);
      });
    });

    describe('of points of several epochs', () => {
      it('returns each to its own, at its own value', async () => {
        const { hub, bistroAdmin, buckets, refund, byEpoch } = await loadFixture(fourEpochsFixture);
        expect(buckets).to.equal(bucketsOf(EPOCH + 3n, 100n, 100n, 100n, 50n));
        await expect(refund())
          .to.emit(hub, 'Refunded')
          .withArgs(ana.account, AURORA, BISTRO, 0n, ID, buckets, 350n, 8n * USD, bistroAdmin);
        expect(await byEpoch()).to.deep.equal([100n, 100n, 100n, 100n]);
      });

      it('does not renew them: a quarter later the oldest are lost, and not paid for', async () => {
        const { hub, bistroAdmin, buckets, refund, byEpoch } = await loadFixture(fourEpochsFixture);
        await mineAt(at('2029-01-01'));
        await expect(refund())
          .to.emit(hub, 'Refunded')
          .withArgs(ana.account, AURORA, BISTRO, 0n, ID, buckets, 250n, 7n * USD, bistroAdmin);
        expect(await byEpoch()).to.deep.equal([100n, 100n, 100n, 0n]);
      });

      it('returns the last of them in their last second, and none in the next', async () => {
        const { hub, buckets, refund } = await loadFixture(fourEpochsFixture);
        await mineAt(at('2029-10-01') - 2);
        await expect(refund()).to.emit(hub, 'Refunded');
        const late = await loadFixture(fourEpochsFixture);
        await mineAt(at('2029-10-01'));
        await expect(late.refund())
          .to.be.revertedWithCustomError(hub, 'RefundExpired')
          .withArgs(AURORA, buckets);
      });
    });

    describe('of what was never spent', () => {
      it('is refused: more than the epoch minted, or another epoch', async () => {
        const { aurora, refund } = await loadFixture(redeemedFixture);
        await expect(refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 251n) }))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(EPOCH, 750n, 251n, 1_000n);
        await expect(refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 1n, 249n) }))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(EPOCH - 1n, 0n, 1n, 0n);
        await expect(refund({ buckets: bucketsOf(EPOCH + 1n, 0n, 0n, 0n, 1n) }))
          .to.be.revertedWithCustomError(aurora, 'PointsEpochAhead')
          .withArgs(EPOCH + 1n, EPOCH);
        await expect(refund({ buckets: (2n ** 208n) | bucketsOf(EPOCH, 0n, 0n, 0n, 251n) }))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(EPOCH, 750n, 251n, 1_000n);
      });

      it('is refused when it is nothing', async () => {
        const { hub, refund } = await loadFixture(redeemedFixture);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 0n);
        await expect(refund({ buckets }))
          .to.be.revertedWithCustomError(hub, 'RefundExpired')
          .withArgs(AURORA, buckets);
      });

      it('is refused to nobody', async () => {
        const { aurora, refund } = await loadFixture(redeemedFixture);
        await expect(refund({ member: ZeroAddress as Address }))
          .to.be.revertedWithCustomError(aurora, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });

    describe('that was made before', () => {
      it('is refused by its id, whatever else it says', async () => {
        const { hub, refund } = await loadFixture(redeemedFixture);
        await refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 1n) });
        for (const fields of [{}, { nonce: 1 }, { member: ben.account }, { buckets: 0n }])
          await expect(refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 1n), ...fields }))
            .to.be.revertedWithCustomError(hub, 'RefundRepeated')
            .withArgs(BISTRO, ID);
      });

      it('counts ids for each acceptor by itself', async () => {
        const { hub, auroraAdmin, refund } = await loadFixture(redeemedFixture);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 1n);
        await refund({ buckets });
        await expect(refund({ buckets, acceptor: AURORA }, auroraAdmin)).to.emit(hub, 'Refunded');
      });

      it('forgets an id that was refused', async () => {
        const { hub, refund } = await loadFixture(redeemedFixture);
        await expect(refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 0n) })).to.be.revertedWithCustomError(
          hub,
          'RefundExpired',
        );
        await refund();
      });
    });

    describe('by whom', () => {
      it('is for the acceptor’s admin, its issuing key and the issuer role', async () => {
        const { hub, bistroAdmin, issuer, relay, refund, aurora } = await loadFixture(redeemedFixture);
        await hub.connect(bistroAdmin).setIssuingKey(BISTRO, relay);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 50n);
        for (const [index, caller] of [bistroAdmin, relay, issuer].entries())
          await refund({ buckets, id: id(`refund ${index}`) }, caller);
        expect(await aurora.balanceOf(ana.account)).to.equal(900n);
      });

      it('is for nobody else: not the issuing brand, its key, governance, or the member', async () => {
        const { hub, auroraAdmin, cinemaAdmin, governor, guardian, relay, stranger, refund } =
          await loadFixture(redeemedFixture);
        await hub.connect(auroraAdmin).setIssuingKey(AURORA, relay);
        for (const caller of [auroraAdmin, cinemaAdmin, governor, guardian, relay, stranger])
          await expect(refund({}, caller))
            .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
            .withArgs(caller);
      });
    });

    describe('by the issuer role', () => {
      it('uses up the acceptor’s mint allowance, by its own points of that worth, rounded up', async () => {
        const { hub, bistroAdmin, issuer, refund } = await loadFixture(redeemedFixture);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 50n); // 500,000 µUSD: 166.67 Crumbs
        await hub.connect(bistroAdmin).setMintAllowance(BISTRO, 166n, 2n ** 32n - 1n);
        await expect(refund({ buckets }, issuer))
          .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
          .withArgs(BISTRO, 166n, 167n);
        await hub.connect(bistroAdmin).setMintAllowance(BISTRO, 200n, 2n ** 32n - 1n);
        await expect(refund({ buckets }, issuer))
          .to.emit(hub, 'Refunded')
          .withArgs(ana.account, AURORA, BISTRO, 0n, ID, buckets, 50n, 500_000n, issuer);
        expect((await hub.partnerReport(BISTRO)).mintAvailable).to.equal(33n);
        expect((await hub.partnerReport(AURORA)).mintAvailable).to.equal(2n ** 48n - 1n);
      });

      it('is by the points as they are worth now, and at home as well', async () => {
        const { hub, auroraAdmin, issuer, refund } = await loadFixture(atHomeFixture);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 50_000n);
        await mineAt(at('2028-04-01'));
        await hub.connect(auroraAdmin).setMintAllowance(AURORA, 50n, 2n ** 32n - 1n);
        await refund({ acceptor: AURORA, buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 246n) }, issuer);
        expect((await hub.partnerReport(AURORA)).mintAvailable).to.equal(0n); // 49.2 of them
      });

      it('is refused where there is no allowance; the brand’s own refunds need none and use none', async () => {
        const { hub, bistroAdmin, issuer, relay, refund } = await loadFixture(redeemedFixture);
        const asAdmin = hub.connect(bistroAdmin);
        await asAdmin.setIssuingKey(BISTRO, relay);
        await asAdmin.setMintAllowance(BISTRO, 0n, 0n);
        await expect(refund({}, issuer))
          .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
          .withArgs(BISTRO, 0n, 834n);
        const buckets = bucketsOf(EPOCH, 0n, 0n, 0n, 50n);
        await refund({ buckets });
        await asAdmin.setMintAllowance(BISTRO, 10n, 2n ** 32n - 1n);
        await refund({ buckets, id: id('by key') }, relay);
        expect((await hub.partnerReport(BISTRO)).mintAvailable).to.equal(10n);
      });
    });

    describe('that the acceptor cannot pay', () => {
      it('is refused with what its reserve has', async () => {
        const { hub, dollar, bistroAdmin, perform, refund } = await loadFixture(redeemedFixture);
        await perform(ben, { ...atBistro, issuer: BISTRO, counterparty: BISTRO, amount: 1_000n });
        await hub.connect(bistroAdmin).withdraw(BISTRO, 1_000n * USD + 1n, bistroAdmin);
        await expect(refund())
          .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
          .withArgs(BISTRO, 2_499_999n, 2_500_000n);
        await dollar.connect(bistroAdmin).approve(hub, 1n);
        await hub.connect(bistroAdmin).deposit(BISTRO, 1n);
        await refund();
      });

      it('is refused when its own members would not be covered after it', async () => {
        const { hub, bistroAdmin, refund } = await loadFixture(redeemedFixture);
        // Ben’s points are worth 3 dollars, of which half must be held.
        await hub.connect(bistroAdmin).withdraw(BISTRO, 1_000n * USD - 1_499_999n, bistroAdmin);
        await expect(refund())
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(BISTRO, 1_499_999n, 1_500_000n);
        await refund({ buckets: bucketsOf(EPOCH, 0n, 0n, 0n, 249n) });
      });
    });

    describe('that the issuer could not cover', () => {
      it('is refused: what comes back is worth less than its policy asks', async () => {
        const { hub, governor, auroraAdmin, refund } = await loadFixture(redeemedFixture);
        await hub.connect(governor).setCoveragePolicy(AURORA, 20_000n);
        await hub.connect(auroraAdmin).withdraw(AURORA, 1_000n * USD - 2_500_000n - 15n * USD, auroraAdmin);
        await expect(refund())
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 17_500_000n, 20n * USD);
      });
    });

    describe('of a brand that leaves', () => {
      it('goes on, from it and to it', async () => {
        const { hub, auroraAdmin, bistroAdmin, refund } = await loadFixture(redeemedFixture);
        await hub.connect(auroraAdmin).beginExit(AURORA);
        await hub.connect(bistroAdmin).beginExit(BISTRO);
        await expect(refund()).to.emit(hub, 'Refunded');
      });
    });

    describe('of a donation or an exchange', () => {
      it('comes back only from the acceptor’s own money: a charity and its brand lose nothing', async () => {
        const { hub, perform, refund, reserveOf } = await loadFixture(membersFixture);
        await perform(ana, { ...atBistro, kind: 'donation', counterparty: WOODLAND });
        await refund();
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(2_500_000n);
        expect([await reserveOf(AURORA), await reserveOf(BISTRO)]).to.deep.equal([
          1_000n * USD,
          997_500_000n,
        ]);
      });
    });

    describe('while something is halted', () => {
      it('waits for the coalition and for each of the two brands', async () => {
        const { hub, guardian, governor, refund } = await loadFixture(redeemedFixture);
        await hub.connect(guardian).halt();
        await expect(refund()).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
        await hub.connect(governor).resume();
        for (const partner of [AURORA, BISTRO]) {
          await hub.connect(guardian).haltPartner(partner);
          await expect(refund()).to.be.revertedWithCustomError(hub, 'PartnerHalted').withArgs(partner);
          await hub.connect(governor).resumePartner(partner);
        }
        await hub.connect(guardian).haltPartner(CINEMA);
        await hub.connect(guardian).haltWithdrawals();
        await refund();
      });
    });

    describe('between brands that do not exist', () => {
      it('is refused by name', async () => {
        const { hub, issuer, refund } = await loadFixture(redeemedFixture);
        for (const fields of [{ acceptor: UNKNOWN }, { issuer: UNKNOWN }])
          await expect(refund(fields, issuer))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(UNKNOWN);
      });
    });
  });
});
