import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Hex } from 'viem';
import { decodeWord, MAX_POINTS } from '../../../backend/protocol/account-word.ts';
import type { Act } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import {
  AURORA,
  asHub,
  BISTRO,
  CINEMA,
  EMPTY_POTS,
  openCoalition,
  potsOf,
  USD,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const UNKNOWN = 4;
const ORDER = id('order 77') as Hex;

/** Ana holds 1,000 points of each brand: 10, 3 and 70.001 dollars. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network, relay, aurora, bistro, cinema } = coalition;
  for (const partner of [AURORA, BISTRO, CINEMA]) await issue(partner, [ana.account, 1_000n]);
  const exchange = async (fields: Partial<Act>) => {
    const act = anAct({
      kind: 'exchange',
      member: ana.account,
      issuer: AURORA,
      counterparty: BISTRO,
      amount: 100n,
      ref: ORDER,
      ...fields,
    });
    return hub.connect(relay).execute(toStruct(act), await ana.sign(act, network));
  };
  const holdings = async () => [
    await aurora.balanceOf(ana.account),
    await bistro.balanceOf(ana.account),
    await cinema.balanceOf(ana.account),
  ];
  const reserves = async () => (await hub.partnerReports()).map(({ reserve }) => reserve);
  return { ...coalition, exchange, holdings, reserves };
}

describe('Acts', () => {
  describe('exchange', () => {
    describe('for another brand’s points', () => {
      it('burns, moves the whole value, and mints what it buys, rounded down', async () => {
        const { hub, aurora, bistro, exchange, holdings, reserves } = await loadFixture(membersFixture);
        const exchanging = exchange({ amount: 100n }); // a dollar buys 333 points of 3,000 µUSD, and 1,000 µUSD are left
        await expect(exchanging)
          .to.emit(hub, 'Exchanged')
          .withArgs(ana.account, AURORA, BISTRO, 100n, USD, 333n, 0n, ORDER);
        await expect(exchanging).to.emit(aurora, 'Transfer').withArgs(ana.account, ZeroAddress, 100n);
        await expect(exchanging).to.emit(bistro, 'Transfer').withArgs(ZeroAddress, ana.account, 333n);
        expect(await holdings()).to.deep.equal([900n, 1_333n, 1_000n]);
        expect(await reserves()).to.deep.equal([999n * USD, 1_001n * USD, 1_000n * USD]);
        expect(await potsOf(hub)).to.deep.equal({
          ...EMPTY_POTS,
          held: 3_000n * USD,
          reserves: 3_000n * USD,
        });
      });

      it('answers value and points received', async () => {
        const { hub, network } = await loadFixture(membersFixture);
        const act = anAct({
          kind: 'exchange',
          member: ana.account,
          issuer: CINEMA,
          counterparty: AURORA,
          amount: 3n,
        });
        const { value, received } = await hub.execute.staticCall(toStruct(act), await ana.sign(act, network));
        expect([value, received]).to.deep.equal([210_003n, 21n]);
      });

      it('mints points of the target’s present epoch, at its present value', async () => {
        const { hub, bistro, bistroAdmin, exchange } = await loadFixture(membersFixture);
        await hub.connect(bistroAdmin).scheduleValue(BISTRO, 5_000n);
        await mineAt(at('2028-07-01'));
        await expect(exchange({ amount: 1n }))
          .to.emit(hub, 'Exchanged')
          .withArgs(ana.account, AURORA, BISTRO, 1n, 10_000n, 2n, 0n, ORDER);
        expect(decodeWord(await bistro.accountWord(ana.account)).buckets).to.deep.equal([0n, 0n, 1_000n, 2n]);
        expect((await hub.partnerReport(BISTRO)).liability).to.equal(3_000_000n + 10_000n);
      });

      it('uses a nonce of the issuer’s token only', async () => {
        const { aurora, bistro, exchange } = await loadFixture(membersFixture);
        await exchange({});
        expect(await aurora.nextNonce(ana.account)).to.equal(1n);
        expect(await bistro.nextNonce(ana.account)).to.equal(0n);
        await expect(exchange({}))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 0n, 1n);
      });
    });

    describe('in a cycle', () => {
      it('never gains, whichever way round and however small the amounts', async () => {
        const { hub, exchange, holdings } = await loadFixture(membersFixture);
        const brands = [AURORA, BISTRO, CINEMA];
        const worth = (points: bigint[]) =>
          [10_000n, 3_000n, 70_001n].reduce((sum, value, index) => sum + value * (points[index] ?? 0n), 0n);
        const nonces = [0, 0, 0];
        for (const [issuer, counterparty, amount] of [
          [AURORA, BISTRO, 1n], // 3.33 points
          [BISTRO, AURORA, 4n], // 1.2
          [AURORA, CINEMA, 8n], // 1.14
          [CINEMA, BISTRO, 1n], // 23.33
          [BISTRO, CINEMA, 24n], // 1.03
          [CINEMA, AURORA, 2n], // 14.0002
          [AURORA, BISTRO, 977n],
          [BISTRO, CINEMA, 1_001n],
          [CINEMA, AURORA, 500n],
        ] as const) {
          const before = await holdings();
          await exchange({ issuer, counterparty, amount, nonce: nonces[brands.indexOf(issuer)] ?? 0 });
          nonces[brands.indexOf(issuer)] = (nonces[brands.indexOf(issuer)] ?? 0) + 1;
          const after = await holdings();
          expect(Number(worth(before) - worth(after))).to.be.at.least(0);
          const target = [10_000n, 3_000n, 70_001n][brands.indexOf(counterparty)] ?? 0n;
          expect(Number(worth(before) - worth(after))).to.be.below(Number(target));
        }
        const { held, reserves } = await hub.solvency();
        expect([held, reserves]).to.deep.equal([3_000n * USD, 3_000n * USD]);
      });
    });

    describe('with a signed minimum', () => {
      it('is done for exactly that many points, and refused for one more', async () => {
        const { hub, exchange } = await loadFixture(membersFixture);
        await expect(exchange({ minimum: 334n }))
          .to.be.revertedWithCustomError(hub, 'ActMinimumNotMet')
          .withArgs(333n, 334n);
        await exchange({ minimum: 333n });
      });
    });

    describe('for less than one point', () => {
      it('is refused, and one point is not', async () => {
        const { hub, exchange } = await loadFixture(membersFixture);
        await expect(exchange({ counterparty: CINEMA, amount: 7n })) // 70,000 µUSD of 70,001
          .to.be.revertedWithCustomError(hub, 'ActWorthless')
          .withArgs(AURORA, 7n);
        await expect(exchange({ counterparty: CINEMA, amount: 8n }))
          .to.emit(hub, 'Exchanged')
          .withArgs(ana.account, AURORA, CINEMA, 8n, 80_000n, 1n, 0n, ORDER);
      });

      it('is refused for nothing', async () => {
        const { hub, exchange } = await loadFixture(membersFixture);
        await expect(exchange({ amount: 0n }))
          .to.be.revertedWithCustomError(hub, 'ActWorthless')
          .withArgs(AURORA, 0n);
      });
    });

    describe('for points of the same brand', () => {
      it('is refused: nobody refreshes an expiry', async () => {
        const { hub, exchange } = await loadFixture(membersFixture);
        await expect(exchange({ counterparty: AURORA }))
          .to.be.revertedWithCustomError(hub, 'ActCounterpartyInvalid')
          .withArgs(AURORA, AURORA);
      });
    });

    describe('for points of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, exchange } = await loadFixture(membersFixture);
        for (const counterparty of [0, UNKNOWN])
          await expect(exchange({ counterparty }))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(counterparty);
      });
    });

    describe('when the issuer’s reserve is exhausted', () => {
      it('is refused with what is available', async () => {
        const { hub, issue, exchange } = await loadFixture(membersFixture);
        await issue(BISTRO, [ana.account, 600_000n]);
        await exchange({ issuer: BISTRO, counterparty: AURORA, amount: 333_333n });
        await expect(exchange({ issuer: BISTRO, counterparty: AURORA, amount: 4n, nonce: 1 }))
          .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
          .withArgs(BISTRO, 1_000n, 12_000n);
      });
    });

    describe('when the target’s policy asks for more than the value brings', () => {
      it('is done while its reserve has room, and refused with what is missing after that', async () => {
        const { hub, issue, cinemaAdmin, exchange } = await loadFixture(membersFixture);
        await issue(CINEMA, [ana.account, 6_142n]); // 7,142 tickets need 999,894,284 of 1,000 dollars
        const buying = { counterparty: CINEMA, amount: 8n }; // brings 80,000, needs 140,002
        await exchange(buying); // 45,714 µUSD of room are left
        await expect(exchange({ ...buying, nonce: 1 }))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(CINEMA, 1_000n * USD + 160_000n, 7_144n * 70_001n * 2n);
        await expect(hub.connect(cinemaAdmin).withdraw(CINEMA, 45_715n, cinemaAdmin))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(CINEMA, 1_000_034_285n, 1_000_034_286n);
      });
    });

    describe('when the target’s supply is at its cap', () => {
      it('is refused with supply, amount and cap', async () => {
        const { aurora, bistro, exchange } = await loadFixture(membersFixture);
        await (await asHub(bistro)).mint(ana.account, MAX_POINTS - 1_332n);
        await expect(exchange({ amount: 100n }))
          .to.be.revertedWithCustomError(bistro, 'PointsSupplyCapExceeded')
          .withArgs(MAX_POINTS - 332n, 333n, MAX_POINTS);
        expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
      });
    });
  });
});
