import { expect } from 'chai';
import { loadFixture } from '../../helpers/chain.ts';
import { asHub, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** Ana has 100 Aurora points; Aurora as the hub calls it. */
async function hundredFixture() {
  const coalition = await openCoalition();
  const hubsAurora = await asHub(coalition.aurora);
  await hubsAurora.mint(ana, 100n);
  return { ...coalition, hubsAurora };
}

describe('PointsToken', () => {
  describe('cancel', () => {
    it('is refused to all but the coalition', async () => {
      const { aurora, stranger } = await loadFixture(hundredFixture);
      await expect(aurora.connect(stranger).cancel(ana, 0n))
        .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
        .withArgs(stranger.address);
    });

    it('uses up the nonce of that member and says so', async () => {
      const { aurora, hubsAurora } = await loadFixture(hundredFixture);
      await expect(hubsAurora.cancel(ana, 2n)).to.emit(aurora, 'NonceCancelled').withArgs(ana, 2n);
      await expect(hubsAurora.spend(ana, 1n, 2n))
        .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
        .withArgs(ana, 2n, 3n);
      await hubsAurora.spend(ana, 1n, 1n);
      expect(await aurora.balanceOf(ana)).to.equal(99n);
      expect(await aurora.isNonceOpen(ben, 2n)).to.equal(true);
    });

    it('is refused for a nonce that an act has used, one cancelled before, and one too far', async () => {
      const { aurora, hubsAurora } = await loadFixture(hundredFixture);
      await hubsAurora.spend(ana, 1n, 0n);
      await hubsAurora.cancel(ana, 1n);
      for (const nonce of [0n, 1n, 2n + 1_025n, 2n ** 32n, 2n ** 256n - 1n])
        await expect(hubsAurora.cancel(ana, nonce))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, nonce, 2n);
      await hubsAurora.cancel(ana, 2n + 1_024n);
      expect(await aurora.nextNonce(ana)).to.equal(1_027n);
    });
  });

  describe('cancelNonce', () => {
    it('uses up the caller’s own nonce, without any points there', async () => {
      const { aurora, stranger } = await loadFixture(hundredFixture);
      await expect(aurora.connect(stranger).cancelNonce(0n))
        .to.emit(aurora, 'NonceCancelled')
        .withArgs(stranger.address, 0n);
      expect(await aurora.isNonceOpen(stranger, 0n)).to.equal(false);
      expect(await aurora.isNonceOpen(ana, 0n)).to.equal(true);
      expect(await aurora.balanceOf(stranger)).to.equal(0n);
    });

    it('is refused for a nonce that is used', async () => {
      const { aurora, stranger } = await loadFixture(hundredFixture);
      await aurora.connect(stranger).cancelNonce(5n);
      await expect(aurora.connect(stranger).cancelNonce(5n))
        .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
        .withArgs(stranger.address, 5n, 6n);
    });
  });
});
