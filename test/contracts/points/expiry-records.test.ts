import { expect } from 'chai';
import { MAX_POINTS } from '../../../backend/protocol/account-word.ts';
import { decodeSupply, encodeSupply, rollSupply } from '../../../backend/protocol/supply-word.ts';
import { at, loadFixture, mineAt, networkHelpers } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** Ana has 10, 20 and 30 Aurora points of the first three quarters of 2028, and has spent 4; it is July. */
async function threeQuartersFixture() {
  const coalition = await openCoalition();
  const { aurora } = coalition;
  const hubsAurora = await asHub(aurora);
  const first = await aurora.currentEpoch();
  await hubsAurora.mint(ana, 10n);
  for (const [day, points] of [
    ['2028-04-01', 20n],
    ['2028-07-01', 30n],
  ] as const) {
    await mineAt(at(day));
    await hubsAurora.mint(ana, points);
  }
  await hubsAurora.spend(ana, 4n, 0n);
  return { ...coalition, hubsAurora, first };
}

/** Where the token stores its supply: behind what OpenZeppelin's contracts store. */
const SUPPLY_SLOT = 8;
const storedSupply = async (token: OpenCoalition['aurora']) =>
  BigInt(await networkHelpers.getStorageAt(await token.getAddress(), SUPPLY_SLOT));

describe('PointsToken', () => {
  describe('stored supply', () => {
    it('is the word of the protocol code, with what the epoch has minted on top', async () => {
      const { aurora, first } = await loadFixture(threeQuartersFixture);
      const supply = { buckets: [0n, 6n, 20n, 30n], epoch: Number(first) + 2, minted: 30n } as const;
      expect(await storedSupply(aurora)).to.equal(encodeSupply(supply));
    });

    it('rolls as that does', async () => {
      const { aurora, first } = await loadFixture(threeQuartersFixture);
      const before = decodeSupply(await storedSupply(aurora));
      await mineAt(at('2029-04-01'));
      await aurora.rollSupply();
      const epoch = Number(first);
      const { supply, records } = rollSupply(before, { epoch: epoch + 5, validity: 4 });
      expect(await storedSupply(aurora)).to.equal(encodeSupply(supply));
      expect(records).to.deep.equal([
        { epoch, minted: 0n, expired: 6n },
        { epoch: epoch + 1, minted: 0n, expired: 20n },
        { epoch: epoch + 2, minted: 30n, expired: 0n },
      ]);
    });
  });

  describe('epochTotals', () => {
    describe('before anything has expired', () => {
      it('tells what was minted and what is left of it', async () => {
        const { aurora, first } = await loadFixture(threeQuartersFixture);
        expect(await aurora.epochTotals(first)).to.deep.equal([10n, 6n, 0n]);
        expect(await aurora.epochTotals(first + 1n)).to.deep.equal([20n, 20n, 0n]);
        expect(await aurora.epochTotals(first + 2n)).to.deep.equal([30n, 30n, 0n]);
      });

      it('has nothing of epochs before the brand, to come, or beyond all numbers', async () => {
        const { aurora, first } = await loadFixture(threeQuartersFixture);
        for (const epoch of [0n, first - 1n, first + 3n, 2n ** 16n, 2n ** 256n - 1n])
          expect(await aurora.epochTotals(epoch)).to.deep.equal([0n, 0n, 0n]);
      });
    });

    describe('when epochs have died and nobody has written it down', () => {
      it('tells so from the first second on, epoch by epoch', async () => {
        const { aurora, first } = await loadFixture(threeQuartersFixture);
        await mineAt(at('2029-01-01') - 1);
        expect(await aurora.epochTotals(first)).to.deep.equal([10n, 6n, 0n]);
        await mineAt(at('2029-01-01'));
        expect(await aurora.epochTotals(first)).to.deep.equal([10n, 0n, 6n]);
        expect(await aurora.epochTotals(first + 1n)).to.deep.equal([20n, 20n, 0n]);
        await mineAt(at('2031-05-05'));
        expect(await aurora.epochTotals(first)).to.deep.equal([10n, 0n, 6n]);
        expect(await aurora.epochTotals(first + 1n)).to.deep.equal([20n, 0n, 20n]);
        expect(await aurora.epochTotals(first + 2n)).to.deep.equal([30n, 0n, 30n]);
      });
    });

    describe('when points were minted in an epoch, spent, and minted again', () => {
      it('counts all that were minted', async () => {
        const { aurora, hubsAurora, first } = await loadFixture(threeQuartersFixture);
        await hubsAurora.mint(ben, 5n);
        await hubsAurora.spend(ben, 5n, 0n);
        await hubsAurora.mint(ben, 7n);
        expect(await aurora.epochTotals(first + 2n)).to.deep.equal([42n, 37n, 0n]);
      });
    });
  });

  describe('rollSupply', () => {
    it('may be called by anyone, and writes down each dead epoch once', async () => {
      const { aurora, stranger, first } = await loadFixture(threeQuartersFixture);
      await mineAt(at('2029-04-01'));
      await expect(aurora.connect(stranger).rollSupply())
        .to.emit(aurora, 'PointsExpired')
        .withArgs(first, 6n)
        .and.to.emit(aurora, 'PointsExpired')
        .withArgs(first + 1n, 20n);
      await expect(aurora.rollSupply()).not.to.emit(aurora, 'PointsExpired');
      expect(await aurora.epochTotals(first)).to.deep.equal([10n, 0n, 6n]);
      expect(await aurora.epochTotals(first + 1n)).to.deep.equal([20n, 0n, 20n]);
      expect(await aurora.epochTotals(first + 2n)).to.deep.equal([30n, 30n, 0n]);
    });

    it('returns the supply word, and changes no read', async () => {
      const { aurora } = await loadFixture(threeQuartersFixture);
      expect(await aurora.rollSupply.staticCall()).to.equal(await aurora.supplyWord());
      await mineAt(at('2029-04-01'));
      const before = await aurora.supplyWord();
      expect(await aurora.rollSupply.staticCall()).to.equal(before);
      await aurora.rollSupply();
      expect(await aurora.supplyWord()).to.equal(before);
      expect(before >> 208n).to.equal(0n);
    });

    it('says nothing of an epoch of which all points were spent', async () => {
      const { aurora, hubsAurora, first } = await loadFixture(threeQuartersFixture);
      await hubsAurora.spend(ana, 6n, 1n);
      await mineAt(at('2029-01-01'));
      await expect(aurora.rollSupply()).not.to.emit(aurora, 'PointsExpired');
      expect(await aurora.epochTotals(first)).to.deep.equal([10n, 0n, 0n]);
    });

    it('is done by every mint and spend as well', async () => {
      const { aurora, hubsAurora, first } = await loadFixture(threeQuartersFixture);
      await mineAt(at('2029-01-01'));
      await expect(hubsAurora.mint(ben, 1n)).to.emit(aurora, 'PointsExpired').withArgs(first, 6n);
      await mineAt(at('2029-04-01'));
      await expect(hubsAurora.spend(ana, 1n, 1n))
        .to.emit(aurora, 'PointsExpired')
        .withArgs(first + 1n, 20n);
      expect(await aurora.epochTotals(first + 2n)).to.deep.equal([30n, 29n, 0n]);
      expect(await aurora.epochTotals(first + 4n)).to.deep.equal([1n, 1n, 0n]);
    });

    it('records an epoch that ends and dies in one go, where points last for one', async () => {
      const { cinema } = await loadFixture(openCoalition);
      const hubsCinema = await asHub(cinema);
      const year = await cinema.currentEpoch();
      await hubsCinema.mint(ana, 9n);
      await hubsCinema.spend(ana, 2n, 0n);
      await mineAt(at('2040-01-01'));
      expect(await cinema.epochTotals(year)).to.deep.equal([9n, 0n, 7n]);
      await expect(cinema.rollSupply()).to.emit(cinema, 'PointsExpired').withArgs(year, 7n);
      expect(await cinema.epochTotals(year)).to.deep.equal([9n, 0n, 7n]);
    });
  });

  describe('mint', () => {
    describe('when an epoch would have minted more than the cap', () => {
      it('is refused though all was spent, up to the last point, and begins anew in the next', async () => {
        const { bistro } = await loadFixture(openCoalition);
        const hubsBistro = await asHub(bistro);
        const epoch = await bistro.currentEpoch();
        await hubsBistro.mint(ana, MAX_POINTS - 1n);
        await hubsBistro.spend(ana, MAX_POINTS - 1n, 0n);
        await expect(hubsBistro.mint(ana, 2n))
          .to.be.revertedWithCustomError(bistro, 'PointsEpochCapExceeded')
          .withArgs(epoch, MAX_POINTS - 1n, 2n, MAX_POINTS);
        await hubsBistro.mint(ana, 1n);
        expect(await bistro.epochTotals(epoch)).to.deep.equal([MAX_POINTS, 1n, 0n]);
        await expect(hubsBistro.mint(ana, 1n))
          .to.be.revertedWithCustomError(bistro, 'PointsEpochCapExceeded')
          .withArgs(epoch, MAX_POINTS, 1n, MAX_POINTS);
        await mineAt(at('2028-07-01'));
        await hubsBistro.mint(ana, MAX_POINTS - 1n);
        expect(await bistro.epochTotals(epoch)).to.deep.equal([MAX_POINTS, 1n, 0n]);
        expect(await bistro.epochTotals(epoch + 1n)).to.deep.equal([MAX_POINTS - 1n, MAX_POINTS - 1n, 0n]);
      });
    });
  });
});
