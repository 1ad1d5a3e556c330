import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** Ana and Ben have 10 points of spring and 20 of autumn, at Bistro (transferable) and at Aurora (not). */
async function twoEpochsFixture() {
  const coalition = await openCoalition();
  const { aurora, bistro } = coalition;
  const [hubsAurora, hubsBistro] = [await asHub(aurora), await asHub(bistro)];
  for (const [day, points] of [
    ['2028-03-01', 10n],
    ['2028-07-01', 20n],
  ] as const) {
    await mineAt(at(day));
    for (const member of [ana, ben]) {
      await hubsAurora.mint(member, points);
      await hubsBistro.mint(member, points);
    }
  }
  return { ...coalition, hubsAurora, hubsBistro };
}

describe('PointsToken', () => {
  describe('gift', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { bistro, stranger } = await loadFixture(twoEpochsFixture);
        await expect(bistro.connect(stranger).gift(ana, ben, 1n, 0n))
          .to.be.revertedWithCustomError(bistro, 'PointsCallerNotCoalition')
          .withArgs(stranger.address);
      });
    });

    describe('when the brand does not let members transfer', () => {
      it('is refused and the nonce stays open', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoEpochsFixture);
        await expect(hubsAurora.gift(ana, ben, 1n, 0n)).to.be.revertedWithCustomError(
          aurora,
          'PointsNotTransferable',
        );
        expect(await aurora.isNonceOpen(ana, 0n)).to.equal(true);
      });
    });

    describe('when it does', () => {
      it('moves what expires first with its epochs, as an ERC-20 transfer', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        await expect(hubsBistro.gift(ana, ben, 12n, 0n))
          .to.emit(bistro, 'Transfer')
          .withArgs(ana, ben, 12n);
        expect(decodeWord(await bistro.accountWord(ana)).buckets).to.deep.equal([0n, 0n, 0n, 18n]);
        expect(decodeWord(await bistro.accountWord(ben)).buckets).to.deep.equal([0n, 0n, 20n, 22n]);
        expect(decodeWord(await bistro.supplyWord()).buckets).to.deep.equal([0n, 0n, 20n, 40n]);
      });

      it('returns what it took of each epoch, and the epoch', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        expect(decodeWord(await hubsBistro.gift.staticCall(ana, ben, 12n, 0n))).to.deep.equal({
          buckets: [0n, 0n, 10n, 2n],
          epoch: Number(await bistro.currentEpoch()),
          nextNonce: 0,
          window: 0,
        });
      });

      it('uses up the giver’s nonce and leaves the receiver’s alone', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        await hubsBistro.gift(ana, ben, 1n, 3n);
        expect(await bistro.nextNonce(ana)).to.equal(4n);
        expect(await bistro.nextNonce(ben)).to.equal(0n);
        await expect(hubsBistro.gift(ana, ben, 1n, 3n))
          .to.be.revertedWithCustomError(bistro, 'PointsNonceUnusable')
          .withArgs(ana, 3n, 4n);
        await hubsBistro.gift(ana, ben, 1n, 2n);
        expect(await bistro.balanceOf(ben)).to.equal(32n);
      });

      it('to oneself changes nothing but the nonce', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        const before = decodeWord(await bistro.accountWord(ana));
        await hubsBistro.gift(ana, ana, 25n, 0n);
        expect(decodeWord(await bistro.accountWord(ana))).to.deep.equal({
          ...before,
          nextNonce: 1,
          window: 1,
        });
      });
    });

    describe('when the giver holds too little', () => {
      it('is refused with what is live and what was asked', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        await mineAt(at('2029-01-01'));
        await expect(hubsBistro.gift(ana, ben, 21n, 0n))
          .to.be.revertedWithCustomError(bistro, 'PointsInsufficient')
          .withArgs(ana, 20n, 21n);
        await hubsBistro.gift(ana, ben, 20n, 0n);
        expect(await bistro.balanceOf(ben)).to.equal(40n);
      });
    });

    describe('when the receiver is the zero address', () => {
      it('is refused: a gift burns nothing', async () => {
        const { bistro, hubsBistro } = await loadFixture(twoEpochsFixture);
        await expect(hubsBistro.gift(ana, ZeroAddress, 1n, 0n))
          .to.be.revertedWithCustomError(bistro, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });
  });
});
