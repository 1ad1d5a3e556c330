import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import {
  type AccountWord,
  decodeWord,
  EMPTY_WORD,
  MAX_NONCE_JUMP,
  markNonce,
  NONCE_WINDOW,
  nonceState,
} from '../../../backend/protocol/account-word.ts';
import { at, ethers, loadFixture, mineAt, networkHelpers } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** Ana has 10, 20, 30 and 40 Aurora points of the four quarters of 2028; it is October. Ben has 5 of January. */
async function fourQuartersFixture() {
  const coalition = await openCoalition();
  const { aurora } = coalition;
  const hubsAurora = await asHub(aurora);
  await hubsAurora.mint(ana, 10n);
  await hubsAurora.mint(ben, 5n);
  for (const [day, points] of [
    ['2028-04-01', 20n],
    ['2028-07-01', 30n],
    ['2028-10-01', 40n],
  ] as const) {
    await mineAt(at(day));
    await hubsAurora.mint(ana, points);
  }
  return { ...coalition, hubsAurora, epoch: Number(await aurora.currentEpoch()) };
}

/** Ana has a million Aurora points, to spend one by one. */
async function noncesFixture() {
  const coalition = await openCoalition();
  const hubsAurora = await asHub(coalition.aurora);
  await hubsAurora.mint(ana, 1_000_000n);
  return { ...coalition, hubsAurora };
}

const bucketsOf = async (aurora: OpenCoalition['aurora'], account: string) =>
  decodeWord(await aurora.accountWord(account)).buckets;

describe('PointsToken', () => {
  describe('spend', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller, even if it is the member', async () => {
        const { aurora, stranger, issuer, hubsAurora } = await loadFixture(noncesFixture);
        await hubsAurora.mint(stranger, 5n);
        for (const caller of [stranger, issuer])
          await expect(aurora.connect(caller).spend(stranger, 1n, 0n))
            .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
            .withArgs(caller.address);
      });
    });

    describe('when the member holds enough', () => {
      it('takes the points that expire first', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        await hubsAurora.spend(ana, 25n, 0n);
        expect(await bucketsOf(aurora, ana)).to.deep.equal([0n, 5n, 30n, 40n]);
        await hubsAurora.spend(ana, 36n, 1n);
        expect(await bucketsOf(aurora, ana)).to.deep.equal([0n, 0n, 0n, 39n]);
        await hubsAurora.spend(ana, 39n, 2n);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
      });

      it('returns what it took of each epoch, and the epoch', async () => {
        const { hubsAurora, epoch } = await loadFixture(fourQuartersFixture);
        expect(decodeWord(await hubsAurora.spend.staticCall(ana, 61n, 0n))).to.deep.equal({
          buckets: [10n, 20n, 30n, 1n],
          epoch,
          nextNonce: 0,
          window: 0,
        });
      });

      it('takes the same from the supply, and nothing from others', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([15n, 20n, 30n, 40n]);
        await hubsAurora.spend(ana, 25n, 0n);
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([5n, 5n, 30n, 40n]);
        expect(await aurora.totalSupply()).to.equal(80n);
        expect(await aurora.balanceOf(ben)).to.equal(5n);
      });

      it('is a burn for ERC-20', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        await expect(hubsAurora.spend(ana, 25n, 0n))
          .to.emit(aurora, 'Transfer')
          .withArgs(ana, ZeroAddress, 25n);
      });
    });

    describe('when the member holds too little', () => {
      it('is refused with what is there and what was asked', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        await expect(hubsAurora.spend(ana, 101n, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ana, 100n, 101n);
        await expect(hubsAurora.spend(ana, 2n ** 255n, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ana, 100n, 2n ** 255n);
        await hubsAurora.spend(ana, 100n, 0n);
      });

      it('does not count points that have expired', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        await mineAt(at('2029-01-01'));
        await expect(hubsAurora.spend(ana, 91n, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ana, 90n, 91n);
        await expect(hubsAurora.spend(ben, 1n, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsInsufficient')
          .withArgs(ben, 0n, 1n);
        await hubsAurora.spend(ana, 90n, 0n);
      });

      it('counts them in the last second of their validity', async () => {
        const { hubsAurora, aurora } = await loadFixture(fourQuartersFixture);
        await networkHelpers.time.setNextBlockTimestamp(at('2029-01-01') - 1);
        await hubsAurora.spend(ana, 100n, 0n);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
      });
    });

    describe('when the nonce has been used', () => {
      it('is refused with the next one', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        await hubsAurora.spend(ana, 1n, 0n);
        await hubsAurora.spend(ana, 1n, 1n);
        for (const nonce of [0n, 1n])
          await expect(hubsAurora.spend(ana, 1n, nonce))
            .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
            .withArgs(ana, nonce, 2n);
        expect(await aurora.balanceOf(ana)).to.equal(999_998n);
      });

      it('stays used when the points of its epoch are gone', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        await hubsAurora.spend(ana, 1n, 0n);
        await mineAt(at('2040-01-01'));
        await hubsAurora.mint(ana, 10n);
        await expect(hubsAurora.spend(ana, 1n, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, 0n, 1n);
        await hubsAurora.spend(ana, 1n, 1n);
      });

      it('is of one member and one brand only', async () => {
        const { hubsAurora, bistro } = await loadFixture(noncesFixture);
        const hubsBistro = await asHub(bistro);
        await hubsAurora.spend(ana, 1n, 0n);
        await hubsAurora.mint(ben, 1n);
        await hubsBistro.mint(ana, 1n);
        await hubsAurora.spend(ben, 1n, 0n);
        await hubsBistro.spend(ana, 1n, 0n);
        expect(await bistro.balanceOf(ana)).to.equal(0n);
      });
    });

    describe('when nonces come out of order', () => {
      it('takes each of the last 16 once, and none behind them', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        await hubsAurora.spend(ana, 1n, 20n); // next is 21: nonces 5 to 19 are open
        await expect(hubsAurora.spend(ana, 1n, 4n))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, 4n, 21n);
        for (const nonce of [5n, 19n, 12n]) {
          expect(await aurora.isNonceOpen(ana, nonce)).to.equal(true);
          await hubsAurora.spend(ana, 1n, nonce);
          expect(await aurora.isNonceOpen(ana, nonce)).to.equal(false);
          await expect(hubsAurora.spend(ana, 1n, nonce))
            .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
            .withArgs(ana, nonce, 21n);
        }
        expect(await aurora.nextNonce(ana)).to.equal(21n);
      });
    });

    describe('when the nonce lies ahead', () => {
      it('may skip 1,024 nonces and no more', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        const jump = BigInt(MAX_NONCE_JUMP);
        await expect(hubsAurora.spend(ana, 1n, jump + 1n))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, jump + 1n, 0n);
        await hubsAurora.spend(ana, 1n, jump);
        expect(await aurora.nextNonce(ana)).to.equal(jump + 1n);
        await hubsAurora.spend(ana, 1n, 2n * jump + 1n);
        expect(await aurora.nextNonce(ana)).to.equal(2n * jump + 2n);
      });
    });

    describe('when nonces of many kinds follow each other', () => {
      it('keeps the word that the slow model keeps', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        let model: AccountWord = EMPTY_WORD;
        const walk = [0, 0, 3, 1, 1, 2, 18, 3, 4, 17, 34, 18, 19, 1_058, 1_059, 1_043, 1_042, 2_084];
        for (const nonce of walk) {
          const free = nonceState(model, nonce) === 'free';
          expect(await aurora.isNonceOpen(ana, nonce), `nonce ${nonce}`).to.equal(free);
          const spending = hubsAurora.spend(ana, 1n, nonce);
          if (free) {
            await spending;
            model = markNonce(model, nonce);
          } else {
            await expect(spending)
              .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
              .withArgs(ana, nonce, model.nextNonce);
          }
          const { nextNonce, window } = decodeWord(await aurora.accountWord(ana));
          expect({ nextNonce, window }).to.deep.equal({
            nextNonce: model.nextNonce,
            window: model.window,
          });
        }
        expect(model.window.toString(2)).to.have.length.at.most(NONCE_WINDOW);
      });
    });

    describe('when the nonces of an account come to an end', () => {
      it('takes the last but one of 32 bits and refuses the last', async () => {
        const { hubsAurora, aurora } = await loadFixture(noncesFixture);
        const last = 2n ** 32n - 1n;
        await setNextNonce(aurora, ana, last - 3n);
        expect(await aurora.nextNonce(ana)).to.equal(last - 3n);
        await expect(hubsAurora.spend(ana, 1n, last))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, last, last - 3n);
        await hubsAurora.spend(ana, 1n, last - 1n);
        expect(await aurora.nextNonce(ana)).to.equal(last);
        expect(await aurora.isNonceOpen(ana, last)).to.equal(false);
        await expect(hubsAurora.spend(ana, 1n, last))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, last, last);
      });
    });
  });
});

/** Writes an account's next nonce into its word: four thousand million acts would take too long. */
async function setNextNonce(token: OpenCoalition['aurora'], account: string, next: bigint): Promise<void> {
  const address = await token.getAddress();
  const coder = ethers.AbiCoder.defaultAbiCoder();
  const raw = await token.accountWord(account);
  for (let slot = 0n; slot < 10n; slot += 1n) {
    const place = ethers.keccak256(coder.encode(['address', 'uint256'], [account, slot]));
    if (BigInt(await networkHelpers.getStorageAt(address, place)) !== raw) continue;
    await networkHelpers.setStorageAt(address, place, ethers.toBeHex(raw | (next << 208n), 32));
    return;
  }
  throw new TypeError(`the word of ${account} was not found in storage`);
}
