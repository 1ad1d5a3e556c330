import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { decodeWord, isClosed } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const heir = eoaMember('Heir').account;

/** Ana has 10 and 20 points of two quarters at Aurora, where members can't transfer; her heir has 5 and has signed once. */
async function twoQuartersFixture() {
  const coalition = await openCoalition();
  const hubsAurora = await asHub(coalition.aurora);
  await hubsAurora.mint(ana, 10n);
  await mineAt(at('2028-04-01'));
  await hubsAurora.mint(ana, 20n);
  await hubsAurora.mint(heir, 6n);
  await hubsAurora.spend(heir, 1n, 0n);
  return { ...coalition, hubsAurora };
}

describe('PointsToken', () => {
  describe('moveAccount', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { aurora, stranger } = await loadFixture(twoQuartersFixture);
        await expect(aurora.connect(stranger).moveAccount(ana, stranger))
          .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
          .withArgs(stranger.address);
      });
    });

    describe('when the coalition calls', () => {
      it('moves all points with their epochs, though members can not', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoQuartersFixture);
        expect(await hubsAurora.moveAccount.staticCall(ana, heir)).to.equal(30n);
        const moving = hubsAurora.moveAccount(ana, heir);
        await expect(moving).to.emit(aurora, 'Transfer').withArgs(ana, heir, 30n);
        await expect(moving).to.emit(aurora, 'AccountMoved').withArgs(ana, heir, 30n);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
        expect(decodeWord(await aurora.accountWord(heir))).to.deep.include({
          buckets: [0n, 0n, 10n, 25n],
          nextNonce: 1,
          window: 1,
        });
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([0n, 0n, 10n, 25n]);
      });

      it('leaves dead points behind', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoQuartersFixture);
        await mineAt(at('2029-01-01'));
        await expect(hubsAurora.moveAccount(ana, heir))
          .to.emit(aurora, 'AccountMoved')
          .withArgs(ana, heir, 20n);
        expect(await aurora.balanceOf(heir)).to.equal(25n);
      });

      it('lets no act of the account be done ever again', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoQuartersFixture);
        await hubsAurora.moveAccount(ana, heir);
        const last = 2n ** 32n - 1n;
        expect(isClosed(decodeWord(await aurora.accountWord(ana)))).to.equal(true);
        expect(await aurora.nextNonce(ana)).to.equal(last);
        await hubsAurora.mint(ana, 5n);
        for (const nonce of [0n, 1n, 1_024n, last - 17n, last - 16n, last - 1n, last, last + 1n])
          await expect(hubsAurora.spend(ana, 1n, nonce))
            .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
            .withArgs(ana, nonce, last);
        await expect(hubsAurora.cancel(ana, last - 1n))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana, last - 1n, last);
        await mineAt(at('2040-01-01'));
        expect(await aurora.isNonceOpen(ana, last - 1n)).to.equal(false);
      });

      it('works again for points that came later', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoQuartersFixture);
        await hubsAurora.moveAccount(ana, heir);
        await hubsAurora.mint(ana, 5n);
        await expect(hubsAurora.moveAccount(ana, heir)).to.emit(aurora, 'Transfer').withArgs(ana, heir, 5n);
        expect(await aurora.balanceOf(heir)).to.equal(40n);
        expect(await aurora.nextNonce(ana)).to.equal(2n ** 32n - 1n);
      });

      it('lets the old key transfer nothing of what comes later, by itself or by whom it approved', async () => {
        const { bistro, stranger, relay } = await loadFixture(twoQuartersFixture);
        const hubsBistro = await asHub(bistro);
        await hubsBistro.mint(stranger, 10n);
        await bistro.connect(stranger).approve(relay, 10n);
        await hubsBistro.moveAccount(stranger, heir);
        await hubsBistro.mint(stranger, 5n);
        const epoch = await bistro.currentEpoch();
        for (const attempt of [
          bistro.connect(stranger).transfer(relay, 5n),
          bistro.connect(stranger).transfer(relay, 0n),
          bistro.connect(stranger).transferAtEpoch(epoch, relay, 5n),
          bistro.connect(relay).transferFrom(stranger, relay, 5n),
          bistro.connect(relay).transferFromAtEpoch(epoch, stranger, relay, 5n),
        ])
          await expect(attempt)
            .to.be.revertedWithCustomError(bistro, 'PointsAccountClosed')
            .withArgs(stranger.address);
        // What others send to it is its successor's too.
        await bistro.connect(relay).transfer(stranger, 0n);
        await hubsBistro.moveAccount(stranger, heir);
        expect(await bistro.balanceOf(heir)).to.equal(15n);
      });

      it('closes an account that holds nothing', async () => {
        const { aurora, hubsAurora, stranger } = await loadFixture(twoQuartersFixture);
        await expect(hubsAurora.moveAccount(stranger, heir))
          .to.emit(aurora, 'AccountMoved')
          .withArgs(stranger.address, heir, 0n);
        expect(await aurora.isNonceOpen(stranger, 0n)).to.equal(false);
        expect(await aurora.balanceOf(heir)).to.equal(5n);
      });
    });

    describe('when the points have nowhere to go', () => {
      it('is refused, to the zero address and to the account itself', async () => {
        const { aurora, hubsAurora } = await loadFixture(twoQuartersFixture);
        for (const to of [ZeroAddress, ana])
          await expect(hubsAurora.moveAccount(ana, to))
            .to.be.revertedWithCustomError(aurora, 'ERC20InvalidReceiver')
            .withArgs(to);
        expect(await aurora.balanceOf(ana)).to.equal(30n);
        expect(await aurora.isNonceOpen(ana, 0n)).to.equal(true);
      });
    });
  });
});
