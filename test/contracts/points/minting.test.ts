import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { balanceAt, decodeWord, MAX_POINTS } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, mintOf, NOBODY, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

async function auroraFixture() {
  const coalition = await openCoalition();
  const { aurora } = coalition;
  const epoch = Number(await aurora.currentEpoch());
  return { ...coalition, epoch, hubsAurora: await asHub(aurora) };
}

describe('PointsToken', () => {
  describe('mint', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { aurora, stranger, deployer, issuer, auroraAdmin } = await loadFixture(auroraFixture);
        for (const caller of [stranger, deployer, issuer, auroraAdmin])
          await expect(aurora.connect(caller).mint(ana, 1n))
            .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
            .withArgs(caller.address);
      });
    });

    describe('when the coalition calls', () => {
      it('adds points of the current epoch and says so as ERC-20', async () => {
        const { hubsAurora, aurora, epoch } = await loadFixture(auroraFixture);
        const minting = await hubsAurora.mint(ana, 40n);
        await expect(minting).to.emit(aurora, 'Transfer').withArgs(ZeroAddress, ana, 40n);
        await hubsAurora.mint(ana, 2n);
        expect(decodeWord(await aurora.accountWord(ana))).to.deep.equal({
          buckets: [0n, 0n, 0n, 42n],
          epoch,
          nextNonce: 0,
          window: 0,
        });
        expect(await aurora.balanceOf(ana)).to.equal(42n);
        expect(await aurora.balanceOf(ben)).to.equal(0n);
        expect(await aurora.totalSupply()).to.equal(42n);
      });

      it('returns the supply word after it', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        await hubsAurora.mint(ben, 5n);
        const announced = await hubsAurora.mint.staticCall(ana, 40n);
        await hubsAurora.mint(ana, 40n);
        expect(announced).to.equal(await aurora.supplyWord());
        expect(decodeWord(announced).buckets).to.deep.equal([0n, 0n, 0n, 45n]);
      });
    });

    describe('when the receiver is the zero address', () => {
      it('is refused', async () => {
        const { hubsAurora } = await loadFixture(auroraFixture);
        await expect(hubsAurora.mint(ZeroAddress, 1n))
          .to.be.revertedWithCustomError(hubsAurora, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });

    describe('when the live supply would pass the cap', () => {
      it('is refused with supply, amount and cap, and the last point below it is not', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        expect(await aurora.SUPPLY_CAP()).to.equal(MAX_POINTS);
        await hubsAurora.mint(ana, MAX_POINTS - 1n);
        await expect(hubsAurora.mint(ben, 2n))
          .to.be.revertedWithCustomError(aurora, 'PointsSupplyCapExceeded')
          .withArgs(MAX_POINTS - 1n, 2n, MAX_POINTS);
        await hubsAurora.mint(ben, 1n);
        expect(await aurora.totalSupply()).to.equal(MAX_POINTS);
        await expect(hubsAurora.mint(ben, 1n))
          .to.be.revertedWithCustomError(aurora, 'PointsSupplyCapExceeded')
          .withArgs(MAX_POINTS, 1n, MAX_POINTS);
      });

      it('is possible again when an epoch has died', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        await hubsAurora.mint(ana, MAX_POINTS);
        await mineAt(at('2029-01-01')); // four quarters on
        await hubsAurora.mint(ben, MAX_POINTS);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
        expect(await aurora.totalSupply()).to.equal(MAX_POINTS);
      });

      it('counts the points of all live epochs', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        await hubsAurora.mint(ana, MAX_POINTS - 10n);
        await mineAt(at('2028-12-31'));
        await expect(hubsAurora.mint(ben, 11n))
          .to.be.revertedWithCustomError(aurora, 'PointsSupplyCapExceeded')
          .withArgs(MAX_POINTS - 10n, 11n, MAX_POINTS);
        await hubsAurora.mint(ben, 10n);
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([MAX_POINTS - 10n, 0n, 0n, 10n]);
      });
    });
  });

  describe('mintBatch', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { aurora, stranger } = await loadFixture(auroraFixture);
        await expect(aurora.connect(stranger).mintBatch([mintOf(ana, 1n)]))
          .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
          .withArgs(stranger.address);
      });
    });

    describe('when the coalition calls', () => {
      it('mints to each in order, to one member twice if named twice', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        const minting = await hubsAurora.mintBatch([mintOf(ana, 3n), mintOf(ben, 5n), mintOf(ana, 7n)]);
        for (const [to, value] of [
          [ana, 3n],
          [ben, 5n],
          [ana, 7n],
        ] as const)
          await expect(minting).to.emit(aurora, 'Transfer').withArgs(ZeroAddress, to, value);
        expect(await aurora.balanceOf(ana)).to.equal(10n);
        expect(await aurora.balanceOf(ben)).to.equal(5n);
        expect(await aurora.totalSupply()).to.equal(15n);
      });

      it('returns the sum and the supply word after it', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        const mints = [mintOf(ana, 3n), mintOf(ben, 0n), mintOf(NOBODY, 4n)];
        const { amount, supply } = await hubsAurora.mintBatch.staticCall(mints);
        await hubsAurora.mintBatch(mints);
        expect(amount).to.equal(7n);
        expect(supply).to.equal(await aurora.supplyWord());
      });

      it('keeps the points of earlier epochs in their buckets', async () => {
        const { hubsAurora, aurora, epoch } = await loadFixture(auroraFixture);
        await hubsAurora.mintBatch([mintOf(ana, 3n)]);
        await mineAt(at('2028-07-01'));
        await hubsAurora.mintBatch([mintOf(ana, 5n)]);
        const word = decodeWord(await aurora.accountWord(ana));
        expect(word.buckets).to.deep.equal([0n, 3n, 0n, 5n]);
        expect(balanceAt(word, { epoch: epoch + 2, validity: 4 })).to.equal(8n);
      });
    });

    describe('when one of the receivers is the zero address', () => {
      it('is refused as a whole', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        await expect(hubsAurora.mintBatch([mintOf(ana, 1n), mintOf(ZeroAddress, 1n)]))
          .to.be.revertedWithCustomError(aurora, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
        expect(await aurora.balanceOf(ana)).to.equal(0n);
      });
    });

    describe('when an amount would carry out of its bucket', () => {
      it('is refused as a whole, whichever way the amounts are cut', async () => {
        const { hubsAurora, aurora } = await loadFixture(auroraFixture);
        await hubsAurora.mint(ben, 1n);
        const cuts = [[MAX_POINTS], [MAX_POINTS - 1n, 1n], [2n ** 95n, 2n ** 95n], [2n ** 96n - 1n]];
        for (const amounts of cuts) {
          const sum = amounts.reduce((a, b) => a + b);
          await expect(hubsAurora.mintBatch(amounts.map((amount) => mintOf(ana, amount))))
            .to.be.revertedWithCustomError(aurora, 'PointsSupplyCapExceeded')
            .withArgs(1n, sum, MAX_POINTS);
        }
        await hubsAurora.mintBatch([mintOf(ana, MAX_POINTS - 2n), mintOf(ana, 1n)]);
        expect(decodeWord(await aurora.accountWord(ana)).buckets).to.deep.equal([
          0n,
          0n,
          0n,
          MAX_POINTS - 1n,
        ]);
      });
    });
  });
});
