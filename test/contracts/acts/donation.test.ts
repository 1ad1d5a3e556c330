import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Hex } from 'viem';
import type { Act } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { loadFixture } from '../../helpers/chain.ts';
import { AURORA, BISTRO, EMPTY_POTS, openCoalition, potsOf, USD, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const ORDER = id('a tree') as Hex;

/** Ana holds 1,000 Aurora points (10 dollars) and 600,000 Bistro points (1,800 dollars, for 1,000 in reserve). */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network, relay } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 600_000n]);
  const donate = async (fields: Partial<Act>) => {
    const act = anAct({
      kind: 'donation',
      member: ana.account,
      issuer: AURORA,
      counterparty: WOODLAND,
      amount: 250n,
      ref: ORDER,
      ...fields,
    });
    return hub.connect(relay).execute(toStruct(act), await ana.sign(act, network));
  };
  return { ...coalition, donate };
}

describe('Acts', () => {
  describe('donation', () => {
    describe('to a charity', () => {
      it('burns the points and moves their value to what is payable', async () => {
        const { hub, aurora, donate } = await loadFixture(membersFixture);
        const donating = donate({});
        await expect(donating)
          .to.emit(hub, 'Donated')
          .withArgs(ana.account, AURORA, WOODLAND, 250n, 2_500_000n, 0n, ORDER);
        await expect(donating).to.emit(aurora, 'Transfer').withArgs(ana.account, ZeroAddress, 250n);
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(2_500_000n);
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(1_000n * USD - 2_500_000n);
        expect(await potsOf(hub)).to.deep.equal({
          ...EMPTY_POTS,
          held: 3_000n * USD,
          reserves: 3_000n * USD - 2_500_000n,
          charitiesPayable: 2_500_000n,
        });
      });

      it('adds up over members’ gifts and brands until it is paid', async () => {
        const { hub, woodland, dollar, donate } = await loadFixture(membersFixture);
        await donate({});
        await donate({ nonce: 1, amount: 1n });
        await donate({ issuer: BISTRO, amount: 2n });
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(2_516_000n);
        await hub.payCharity(WOODLAND);
        await donate({ nonce: 2, amount: 1n });
        expect((await hub.charityAccount(WOODLAND)).payable_).to.equal(10_000n);
        expect(await dollar.balanceOf(woodland)).to.equal(2_516_000n);
      });

      it('answers the value, and no points', async () => {
        const { hub, network } = await loadFixture(membersFixture);
        const act = anAct({
          kind: 'donation',
          member: ana.account,
          issuer: AURORA,
          counterparty: WOODLAND,
          amount: 7n,
        });
        const answer = await hub.execute.staticCall(toStruct(act), await ana.sign(act, network));
        expect([answer.value, answer.received]).to.deep.equal([70_000n, 0n]);
      });
    });

    describe('with a signed minimum', () => {
      it('is done at exactly that value, and refused a µUSD above it', async () => {
        const { hub, donate } = await loadFixture(membersFixture);
        await expect(donate({ minimum: 2_500_001n }))
          .to.be.revertedWithCustomError(hub, 'ActMinimumNotMet')
          .withArgs(2_500_000n, 2_500_001n);
        await donate({ minimum: 2_500_000n });
      });
    });

    describe('to a charity that does not exist', () => {
      it('is refused, and the points are still there', async () => {
        const { hub, aurora, donate } = await loadFixture(membersFixture);
        for (const counterparty of [0, 2])
          await expect(donate({ counterparty }))
            .to.be.revertedWithCustomError(hub, 'CharityUnknown')
            .withArgs(counterparty);
        expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
      });
    });

    describe('of nothing', () => {
      it('is refused', async () => {
        const { hub, donate } = await loadFixture(membersFixture);
        await expect(donate({ amount: 0n }))
          .to.be.revertedWithCustomError(hub, 'ActWorthless')
          .withArgs(AURORA, 0n);
      });
    });

    describe('when the issuer’s reserve is exhausted', () => {
      it('is refused with what is available: charities are paid in money', async () => {
        const { hub, donate } = await loadFixture(membersFixture);
        await donate({ issuer: BISTRO, amount: 333_333n });
        await expect(donate({ issuer: BISTRO, amount: 1n, nonce: 1 }))
          .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
          .withArgs(BISTRO, 1_000n, 3_000n);
      });
    });

    describe('with a nonce that was used', () => {
      it('is refused', async () => {
        const { aurora, donate } = await loadFixture(membersFixture);
        await donate({});
        await expect(donate({ amount: 1n }))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 0n, 1n);
      });
    });
  });
});
