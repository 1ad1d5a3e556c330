import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Hex } from 'viem';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import type { Act } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { at, loadFixture, mineAt, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, EMPTY_POTS, openCoalition, potsOf, USD } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const UNKNOWN = 4;
const ORDER = id('order 77') as Hex;

/** Ana holds 1,000 Aurora points (10 dollars) and 600,000 Bistro points (1,800 dollars, for 1,000 in reserve). */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network, relay } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 600_000n]);
  const redeem = async (fields: Partial<Act>) => {
    const act = anAct({
      kind: 'redemption',
      member: ana.account,
      issuer: AURORA,
      counterparty: BISTRO,
      amount: 250n,
      ref: ORDER,
      ...fields,
    });
    return hub.connect(relay).execute(toStruct(act), await ana.sign(act, network));
  };
  const reserveOf = async (partner: number) => (await hub.partnerReport(partner)).reserve;
  return { ...coalition, redeem, reserveOf };
}

describe('Acts', () => {
  describe('redemption', () => {
    describe('at another brand', () => {
      it('burns the points and moves their value from reserve to reserve', async () => {
        const { hub, aurora, redeem, reserveOf } = await loadFixture(membersFixture);
        const redeeming = redeem({});
        await expect(redeeming)
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, AURORA, BISTRO, 250n, 2_500_000n, 0n, ORDER);
        await expect(redeeming).to.emit(aurora, 'Transfer').withArgs(ana.account, ZeroAddress, 250n);
        expect(await aurora.balanceOf(ana.account)).to.equal(750n);
        expect(await reserveOf(AURORA)).to.equal(1_000n * USD - 2_500_000n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n * USD + 2_500_000n);
        expect(await reserveOf(CINEMA)).to.equal(1_000n * USD);
      });

      it('moves no stablecoin: the hub holds it before and after', async () => {
        const { hub, dollar, redeem } = await loadFixture(membersFixture);
        await expect(await redeem({})).to.not.emit(dollar, 'Transfer');
        expect(await potsOf(hub)).to.deep.equal({
          ...EMPTY_POTS,
          held: 3_000n * USD,
          reserves: 3_000n * USD,
        });
      });

      it('answers the value, and no points', async () => {
        const { hub, network } = await loadFixture(membersFixture);
        const act = anAct({
          kind: 'redemption',
          member: ana.account,
          issuer: AURORA,
          counterparty: BISTRO,
          amount: 7n,
        });
        const { value, received } = await hub.execute.staticCall(toStruct(act), await ana.sign(act, network));
        expect([value, received]).to.deep.equal([70_000n, 0n]);
      });

      it('pays each epoch’s points at the value of that epoch, earliest expiry first', async () => {
        const { hub, aurora, auroraAdmin, issue, redeem } = await loadFixture(membersFixture);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 12_345n);
        await mineAt(at('2028-04-01'));
        await issue(AURORA, [ana.account, 100n]);
        await expect(redeem({ amount: 999n }))
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, AURORA, BISTRO, 999n, 9_990_000n, 0n, ORDER);
        await expect(redeem({ amount: 3n, nonce: 1 }))
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, AURORA, BISTRO, 3n, 10_000n + 2n * 12_345n, 1n, ORDER);
        expect(decodeWord(await aurora.accountWord(ana.account)).buckets).to.deep.equal([0n, 0n, 0n, 98n]);
        expect((await hub.partnerReport(AURORA)).liability).to.equal(98n * 12_345n);
      });

      it('asks for no coverage of either: what was issued can be spent', async () => {
        const { hub, governor, redeem } = await loadFixture(membersFixture);
        await hub.connect(governor).setCoveragePolicy(BISTRO, 20_000n);
        await redeem({ issuer: BISTRO, counterparty: AURORA });
        await redeem({ issuer: AURORA, counterparty: BISTRO });
      });

      it('is refused when the acceptor does not exist', async () => {
        const { hub, redeem } = await loadFixture(membersFixture);
        for (const counterparty of [0, UNKNOWN])
          await expect(redeem({ counterparty }))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(counterparty);
      });

      it('goes on when the acceptor’s reserve holds all that the coalition can count', async () => {
        const { hub, deposit, redeem, reserveOf } = await loadFixture(membersFixture);
        const { held } = await hub.solvency();
        await deposit(BISTRO, 2n ** 72n - 1n - held);
        const before = await reserveOf(BISTRO);
        await redeem({ amount: 1n });
        expect(await reserveOf(BISTRO)).to.equal(before + 10_000n);
      });
    });

    describe('at the issuer’s own counter', () => {
      it('burns the points, says their value, and moves no money', async () => {
        const { hub, aurora, redeem, reserveOf } = await loadFixture(membersFixture);
        await expect(redeem({ counterparty: AURORA }))
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, AURORA, AURORA, 250n, 2_500_000n, 0n, ORDER);
        expect(await aurora.balanceOf(ana.account)).to.equal(750n);
        expect(await reserveOf(AURORA)).to.equal(1_000n * USD);
        expect((await hub.partnerReport(AURORA)).liability).to.equal(7_500_000n);
      });

      it('goes on when the reserve is exhausted, while other counters name what is missing', async () => {
        const { hub, bistro, redeem, reserveOf } = await loadFixture(membersFixture);
        await redeem({ issuer: BISTRO, counterparty: AURORA, amount: 333_333n }); // 999.999 of 1,000 dollars
        expect(await reserveOf(BISTRO)).to.equal(1_000n);
        const last = { issuer: BISTRO, amount: 1n, nonce: 1 };
        for (const counterparty of [AURORA, CINEMA])
          await expect(redeem({ ...last, counterparty }))
            .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
            .withArgs(BISTRO, 1_000n, 3_000n);
        await expect(redeem({ ...last, counterparty: BISTRO, amount: 266_667n }))
          .to.emit(hub, 'Redeemed')
          .withArgs(ana.account, BISTRO, BISTRO, 266_667n, 800_001_000n, 1n, ORDER);
        expect(await bistro.totalSupply()).to.equal(0n);
        expect(await reserveOf(BISTRO)).to.equal(1_000n);
      });
    });

    describe('with a signed minimum', () => {
      it('is done at exactly that value, and refused a µUSD above it', async () => {
        const { hub, redeem } = await loadFixture(membersFixture);
        for (const counterparty of [AURORA, BISTRO])
          await expect(redeem({ counterparty, minimum: 2_500_001n }))
            .to.be.revertedWithCustomError(hub, 'ActMinimumNotMet')
            .withArgs(2_500_000n, 2_500_001n);
        await redeem({ counterparty: AURORA, minimum: 2_500_000n });
        await redeem({ counterparty: BISTRO, minimum: 2_500_000n, nonce: 1 });
      });
    });

    describe('of nothing', () => {
      it('is refused, and leaves the nonce open', async () => {
        const { hub, aurora, redeem } = await loadFixture(membersFixture);
        for (const counterparty of [AURORA, BISTRO])
          await expect(redeem({ counterparty, amount: 0n }))
            .to.be.revertedWithCustomError(hub, 'ActWorthless')
            .withArgs(AURORA, 0n);
        expect(await aurora.nextNonce(ana.account)).to.equal(0n);
      });
    });

    describe('of more than the member holds', () => {
      it('is refused with what there is', async () => {
        const { aurora, redeem } = await loadFixture(membersFixture);
        await expect(redeem({ amount: 1_001n }))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ana.account, 1_000n, 1_001n);
        await redeem({ amount: 1_000n });
      });

      it('is refused from the second on in which the points are dead', async () => {
        const { aurora, redeem } = await loadFixture(membersFixture);
        await time.setNextBlockTimestamp(at('2029-01-01') - 1);
        await redeem({ amount: 1n });
        await time.setNextBlockTimestamp(at('2029-01-01'));
        await expect(redeem({ amount: 1n, nonce: 1 }))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ana.account, 0n, 1n);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, redeem } = await loadFixture(membersFixture);
        for (const issuer of [0, UNKNOWN])
          await expect(redeem({ issuer }))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(issuer);
      });
    });

    describe('after its deadline', () => {
      it('is done in the last second and refused in the next', async () => {
        const { hub, redeem } = await loadFixture(membersFixture);
        const deadline = (await time.latest()) + 100;
        await time.setNextBlockTimestamp(deadline);
        await redeem({ deadline });
        await time.setNextBlockTimestamp(deadline + 1);
        await expect(redeem({ deadline, nonce: 1 }))
          .to.be.revertedWithCustomError(hub, 'ActExpired')
          .withArgs(deadline, deadline + 1);
      });
    });

    describe('with a nonce', () => {
      it('that was used is refused, for the same act and for any other', async () => {
        const { aurora, redeem } = await loadFixture(membersFixture);
        await redeem({});
        for (const fields of [{}, { amount: 1n }, { counterparty: AURORA }])
          await expect(redeem(fields))
            .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
            .withArgs(ana.account, 0n, 1n);
      });

      it('that comes late is done once within the window, and refused behind it', async () => {
        const { aurora, redeem } = await loadFixture(membersFixture);
        await redeem({ amount: 1n, nonce: 16 });
        await expect(redeem({ amount: 1n, nonce: 0 }))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 0n, 17n);
        await redeem({ amount: 1n, nonce: 1 });
        await redeem({ amount: 1n, nonce: 9 });
        await expect(redeem({ amount: 1n, nonce: 9 }))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 9n, 17n);
        expect(await aurora.balanceOf(ana.account)).to.equal(997n);
      });

      it('that lies too far ahead is refused', async () => {
        const { aurora, redeem } = await loadFixture(membersFixture);
        await expect(redeem({ nonce: 1_025 }))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 1_025n, 0n);
        await redeem({ nonce: 1_024 });
      });

      it('counts in each brand’s token by itself', async () => {
        const { aurora, bistro, redeem } = await loadFixture(membersFixture);
        await redeem({ issuer: AURORA, counterparty: BISTRO });
        await redeem({ issuer: BISTRO, counterparty: AURORA });
        expect(await aurora.nextNonce(ana.account)).to.equal(1n);
        expect(await bistro.nextNonce(ana.account)).to.equal(1n);
      });
    });

    describe('by any role', () => {
      it('needs the member’s signature all the same', async () => {
        const { hub, network, governor, issuer, guardian, deployer, auroraAdmin, relay } =
          await loadFixture(membersFixture);
        const act = anAct({
          kind: 'redemption',
          member: ana.account,
          issuer: AURORA,
          counterparty: BISTRO,
          amount: 1n,
        });
        const digest = await hub.actDigest(toStruct(act));
        for (const caller of [governor, issuer, guardian, deployer, auroraAdmin, relay])
          for (const signature of ['0x', await ben.sign(act, network), await caller.signMessage(digest)])
            await expect(hub.connect(caller).execute(toStruct(act), signature))
              .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
              .withArgs(ana.account, digest);
      });
    });
  });
});
