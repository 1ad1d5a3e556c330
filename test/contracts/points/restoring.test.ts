import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { decodeWord, encodeWord, MAX_POINTS } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** Ana had 10 Aurora points of the first quarter of 2028 and 20 of the second, and spent 25: `taken`. It is April. */
async function spentFixture() {
  const coalition = await openCoalition();
  const hubsAurora = await asHub(coalition.aurora);
  await hubsAurora.mint(ana, 10n);
  await mineAt(at('2028-04-01'));
  await hubsAurora.mint(ana, 20n);
  const taken = await hubsAurora.spend.staticCall(ana, 25n, 0n);
  await hubsAurora.spend(ana, 25n, 0n);
  return { ...coalition, hubsAurora, taken, epoch: Number(await coalition.aurora.currentEpoch()) };
}

type Buckets = readonly [bigint, bigint, bigint, bigint];
const wordOf = (buckets: Buckets, epoch: number) => encodeWord({ buckets, epoch, nextNonce: 0, window: 0 });

describe('PointsToken', () => {
  describe('restore', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { aurora, stranger, taken } = await loadFixture(spentFixture);
        await expect(aurora.connect(stranger).restore(ana, taken))
          .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
          .withArgs(stranger.address);
      });
    });

    describe('when the points are still alive', () => {
      it('gives them back to the epochs they came from', async () => {
        const { aurora, hubsAurora, taken, epoch } = await loadFixture(spentFixture);
        const restoring = hubsAurora.restore(ana, taken);
        await expect(restoring).to.emit(aurora, 'Transfer').withArgs(ZeroAddress, ana, 25n);
        await expect(restoring)
          .to.emit(aurora, 'PointsRestored')
          .withArgs(ana, wordOf([0n, 0n, 10n, 15n], epoch));
        expect(decodeWord(await aurora.accountWord(ana))).to.deep.equal({
          buckets: [0n, 0n, 10n, 20n],
          epoch,
          nextNonce: 1,
          window: 1,
        });
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([0n, 0n, 10n, 20n]);
      });

      it('mints nothing by it', async () => {
        const { aurora, hubsAurora, taken, epoch } = await loadFixture(spentFixture);
        await hubsAurora.restore(ana, taken);
        expect(await aurora.epochTotals(epoch - 1)).to.deep.equal([10n, 10n, 0n]);
        expect(await aurora.epochTotals(epoch)).to.deep.equal([20n, 20n, 0n]);
      });

      it('returns what came back, in today’s places, and the supply word', async () => {
        const { aurora, hubsAurora, taken, epoch } = await loadFixture(spentFixture);
        await mineAt(at('2028-07-01'));
        const { restored, supply } = await hubsAurora.restore.staticCall(ana, taken);
        await hubsAurora.restore(ana, taken);
        expect(restored).to.equal(wordOf([0n, 10n, 15n, 0n], epoch + 1));
        expect(supply).to.equal(await aurora.supplyWord());
        expect(decodeWord(supply).buckets).to.deep.equal([0n, 10n, 20n, 0n]);
        expect(supply >> 208n).to.equal(0n);
      });

      it('reaches another account and an empty one', async () => {
        const { aurora, hubsAurora, taken } = await loadFixture(spentFixture);
        await hubsAurora.restore(ben, taken);
        expect(decodeWord(await aurora.accountWord(ben)).buckets).to.deep.equal([0n, 0n, 10n, 15n]);
        expect(await aurora.nextNonce(ben)).to.equal(0n);
      });
    });

    describe('when some have died since', () => {
      it('gives back the others', async () => {
        const { aurora, hubsAurora, taken } = await loadFixture(spentFixture);
        await mineAt(at('2029-01-01'));
        await expect(hubsAurora.restore(ana, taken))
          .to.emit(aurora, 'Transfer')
          .withArgs(ZeroAddress, ana, 15n);
        expect(await aurora.balanceOf(ana)).to.equal(20n);
        expect(await aurora.totalSupply()).to.equal(20n);
      });

      it('does nothing and says nothing when all have', async () => {
        const { aurora, hubsAurora, taken, epoch } = await loadFixture(spentFixture);
        await mineAt(at('2029-04-01'));
        const { restored } = await hubsAurora.restore.staticCall(ana, taken);
        expect(restored).to.equal(wordOf([0n, 0n, 0n, 0n], epoch + 4));
        const restoring = hubsAurora.restore(ana, taken);
        await expect(restoring).not.to.emit(aurora, 'Transfer');
        await expect(restoring).not.to.emit(aurora, 'PointsRestored');
        await expect(restoring).to.emit(aurora, 'PointsExpired').withArgs(epoch, 5n);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
        expect(await aurora.epochTotals(epoch)).to.deep.equal([20n, 0n, 5n]);
      });

      it('ignores points where no validity of the brand reaches', async () => {
        const { bistro } = await loadFixture(spentFixture);
        const hubsBistro = await asHub(bistro);
        const epoch = Number(await bistro.currentEpoch());
        await hubsBistro.restore(ana, wordOf([9n, 9n, 0n, 0n], epoch));
        expect(await bistro.balanceOf(ana)).to.equal(0n);
        expect(await bistro.totalSupply()).to.equal(0n);
      });
    });

    describe('when the epoch is to come', () => {
      it('is refused with it and the current one', async () => {
        const { aurora, hubsAurora, epoch } = await loadFixture(spentFixture);
        await expect(hubsAurora.restore(ana, wordOf([0n, 0n, 0n, 1n], epoch + 1)))
          .to.be.revertedWithCustomError(aurora, 'PointsEpochAhead')
          .withArgs(epoch + 1, epoch);
      });
    });

    describe('when more would be alive than was minted', () => {
      it('is refused, in a past epoch and in the current one, by one point', async () => {
        const { aurora, hubsAurora, epoch } = await loadFixture(spentFixture);
        await expect(hubsAurora.restore(ana, wordOf([0n, 0n, 11n, 0n], epoch)))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(epoch - 1, 0n, 11n, 10n);
        await expect(hubsAurora.restore(ana, wordOf([0n, 0n, 10n, 16n], epoch)))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(epoch, 5n, 16n, 20n);
        await expect(hubsAurora.restore(ana, wordOf([0n, 1n, 0n, 0n], epoch)))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(epoch - 2, 0n, 1n, 0n);
        await hubsAurora.restore(ana, wordOf([0n, 0n, 10n, 15n], epoch));
        await expect(hubsAurora.restore(ana, wordOf([0n, 0n, 0n, 1n], epoch)))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(epoch, 20n, 1n, 20n);
      });

      it('is refused for buckets as large as they go', async () => {
        const { aurora, hubsAurora, epoch } = await loadFixture(spentFixture);
        const full = [MAX_POINTS, MAX_POINTS, MAX_POINTS, MAX_POINTS] as const;
        await expect(hubsAurora.restore(ana, wordOf(full, epoch)))
          .to.be.revertedWithCustomError(aurora, 'PointsNeverMinted')
          .withArgs(epoch - 3, 0n, MAX_POINTS, 0n);
      });
    });

    describe('when the live supply would pass the cap', () => {
      it('is refused with supply, amount and cap, and fills up to it', async () => {
        const { bistro } = await loadFixture(spentFixture);
        const hubsBistro = await asHub(bistro);
        await hubsBistro.mint(ana, MAX_POINTS);
        await hubsBistro.spend(ana, MAX_POINTS, 0n);
        const epoch = Number(await bistro.currentEpoch());
        await mineAt(at('2028-07-01'));
        await hubsBistro.mint(ben, MAX_POINTS - 5n);
        await expect(hubsBistro.restore(ana, wordOf([0n, 0n, 0n, 6n], epoch)))
          .to.be.revertedWithCustomError(bistro, 'PointsSupplyCapExceeded')
          .withArgs(MAX_POINTS - 5n, 6n, MAX_POINTS);
        await hubsBistro.restore(ana, wordOf([0n, 0n, 0n, 5n], epoch));
        expect(await bistro.totalSupply()).to.equal(MAX_POINTS);
        expect(decodeWord(await bistro.supplyWord()).buckets).to.deep.equal([0n, 0n, 5n, MAX_POINTS - 5n]);
      });
    });

    describe('when the word has bits beyond its epoch', () => {
      it('takes them for nothing', async () => {
        const { aurora, hubsAurora, taken } = await loadFixture(spentFixture);
        const before = await aurora.nextNonce(ana);
        await hubsAurora.restore(ana, taken | (0xffffffffffffn << 208n));
        expect(await aurora.nextNonce(ana)).to.equal(before);
        expect(await aurora.balanceOf(ana)).to.equal(30n);
        expect(await aurora.epochTotals(await aurora.currentEpoch())).to.deep.equal([20n, 20n, 0n]);
      });
    });

    describe('when the receiver is the zero address', () => {
      it('is refused', async () => {
        const { aurora, hubsAurora, taken } = await loadFixture(spentFixture);
        await expect(hubsAurora.restore(ZeroAddress, taken))
          .to.be.revertedWithCustomError(aurora, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });
  });
});
