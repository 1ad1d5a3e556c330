import { expect } from 'chai';
import { MaxUint256, ZeroAddress } from 'ethers';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';

/** Bistro's points are transferable, Aurora's are not; relay and stranger hold 10 of either, and 20 of the next half-year. */
async function twoHalfYearsFixture() {
  const coalition = await openCoalition();
  const { aurora, bistro, relay: giver, stranger: friend } = coalition;
  const [hubsAurora, hubsBistro] = [await asHub(aurora), await asHub(bistro)];
  for (const [day, points] of [
    ['2028-03-01', 10n],
    ['2028-07-01', 20n],
  ] as const) {
    await mineAt(at(day));
    for (const holder of [giver, friend]) {
      await hubsAurora.mint(holder, points);
      await hubsBistro.mint(holder, points);
    }
  }
  return { ...coalition, giver, friend };
}

const bucketsOf = async (token: OpenCoalition['aurora'], account: { address: string }) =>
  decodeWord(await token.accountWord(account.address)).buckets;

describe('PointsToken', () => {
  describe('transfer', () => {
    describe('when the brand does not let members transfer', () => {
      it('is refused, for nothing and for everything', async () => {
        const { aurora, giver, friend } = await loadFixture(twoHalfYearsFixture);
        for (const value of [0n, 1n, 30n, 31n])
          await expect(aurora.connect(giver).transfer(friend, value)).to.be.revertedWithCustomError(
            aurora,
            'PointsNotTransferable',
          );
      });

      it('is refused by transferFrom too, and the allowance is left as it was', async () => {
        const { aurora, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await aurora.connect(giver).approve(friend, 5n);
        await expect(aurora.connect(friend).transferFrom(giver, friend, 5n)).to.be.revertedWithCustomError(
          aurora,
          'PointsNotTransferable',
        );
        expect(await aurora.allowance(giver, friend)).to.equal(5n);
      });
    });

    describe('when the brand lets them', () => {
      it('moves points with the epochs they were earned in, earliest expiry first', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await expect(bistro.connect(giver).transfer(friend, 12n))
          .to.emit(bistro, 'Transfer')
          .withArgs(giver, friend, 12n);
        expect(await bucketsOf(bistro, giver)).to.deep.equal([0n, 0n, 0n, 18n]);
        expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 20n, 22n]);
        expect(await bistro.totalSupply()).to.equal(60n);
        expect(decodeWord(await bistro.supplyWord()).buckets).to.deep.equal([0n, 0n, 20n, 40n]);
      });

      it('can not refresh an expiry by moving points to and fro', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await bistro.connect(giver).transfer(friend, 30n);
        await bistro.connect(friend).transfer(giver, 60n);
        await bistro.connect(giver).transfer(friend, 30n);
        await mineAt(at('2029-01-01'));
        expect((await bistro.balanceOf(giver)) + (await bistro.balanceOf(friend))).to.equal(40n);
        expect(await bistro.totalSupply()).to.equal(40n);
      });

      it('leaves both nonces alone', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await (await asHub(bistro)).spend(giver.address, 1n, 7n);
        await bistro.connect(giver).transfer(friend, 3n);
        expect(await bistro.nextNonce(giver)).to.equal(8n);
        expect(await bistro.isNonceOpen(giver, 7n)).to.equal(false);
        expect(await bistro.nextNonce(friend)).to.equal(0n);
      });

      it('reaches an account that was never touched', async () => {
        const { bistro, giver, seaRescue } = await loadFixture(twoHalfYearsFixture);
        await bistro.connect(giver).transfer(seaRescue, 30n);
        expect(await bucketsOf(bistro, seaRescue)).to.deep.equal([0n, 0n, 10n, 20n]);
        expect(await bistro.balanceOf(giver)).to.equal(0n);
      });

      it('changes nothing when the receiver is the sender', async () => {
        const { bistro, giver } = await loadFixture(twoHalfYearsFixture);
        const before = await bistro.accountWord(giver);
        await expect(bistro.connect(giver).transfer(giver, 25n))
          .to.emit(bistro, 'Transfer')
          .withArgs(giver, giver, 25n);
        expect(await bistro.accountWord(giver)).to.equal(before);
      });

      it('moves nothing when the value is zero, as ERC-20 asks', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await expect(bistro.connect(giver).transfer(friend, 0n))
          .to.emit(bistro, 'Transfer')
          .withArgs(giver, friend, 0n);
        expect(await bistro.balanceOf(friend)).to.equal(30n);
      });

      it('answers true', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        expect(await bistro.connect(giver).transfer.staticCall(friend, 1n)).to.equal(true);
      });
    });

    describe('when the sender holds too little', () => {
      it('is refused with what is live and what was asked', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await expect(bistro.connect(giver).transfer(friend, 31n))
          .to.be.revertedWithCustomError(bistro, 'PointsInsufficient')
          .withArgs(giver, 30n, 31n);
        await mineAt(at('2029-01-01'));
        await expect(bistro.connect(giver).transfer(friend, 21n))
          .to.be.revertedWithCustomError(bistro, 'PointsInsufficient')
          .withArgs(giver, 20n, 21n);
        await bistro.connect(giver).transfer(friend, 20n);
      });
    });

    describe('when the receiver is the zero address', () => {
      it('is refused: only a signed act burns', async () => {
        const { bistro, giver } = await loadFixture(twoHalfYearsFixture);
        await expect(bistro.connect(giver).transfer(ZeroAddress, 1n))
          .to.be.revertedWithCustomError(bistro, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });
  });

  describe('approve', () => {
    it('sets the allowance and says so', async () => {
      const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
      await expect(bistro.connect(giver).approve(friend, 9n))
        .to.emit(bistro, 'Approval')
        .withArgs(giver, friend, 9n);
      expect(await bistro.allowance(giver, friend)).to.equal(9n);
      expect(await bistro.allowance(friend, giver)).to.equal(0n);
      await bistro.connect(giver).approve(friend, 4n);
      expect(await bistro.allowance(giver, friend)).to.equal(4n);
    });

    it('refuses the zero address', async () => {
      const { bistro, giver } = await loadFixture(twoHalfYearsFixture);
      await expect(bistro.connect(giver).approve(ZeroAddress, 9n))
        .to.be.revertedWithCustomError(bistro, 'ERC20InvalidSpender')
        .withArgs(ZeroAddress);
    });
  });

  describe('transferFrom', () => {
    describe('within the allowance', () => {
      it('moves points and lowers the allowance', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await bistro.connect(giver).approve(friend, 15n);
        await expect(bistro.connect(friend).transferFrom(giver, friend, 12n))
          .to.emit(bistro, 'Transfer')
          .withArgs(giver, friend, 12n);
        expect(await bistro.allowance(giver, friend)).to.equal(3n);
        expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 20n, 22n]);
      });

      it('leaves an unlimited allowance unlimited', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await bistro.connect(giver).approve(friend, MaxUint256);
        await bistro.connect(friend).transferFrom(giver, friend, 12n);
        expect(await bistro.allowance(giver, friend)).to.equal(MaxUint256);
      });
    });

    describe('beyond the allowance', () => {
      it('is refused', async () => {
        const { bistro, giver, friend } = await loadFixture(twoHalfYearsFixture);
        await bistro.connect(giver).approve(friend, 11n);
        await expect(bistro.connect(friend).transferFrom(giver, friend, 12n))
          .to.be.revertedWithCustomError(bistro, 'ERC20InsufficientAllowance')
          .withArgs(friend, 11n, 12n);
      });
    });

    describe('from the zero address', () => {
      it('is refused: nobody mints by it', async () => {
        const { bistro, friend } = await loadFixture(twoHalfYearsFixture);
        await expect(bistro.connect(friend).transferFrom(ZeroAddress, friend, 0n))
          .to.be.revertedWithCustomError(bistro, 'ERC20InvalidApprover')
          .withArgs(ZeroAddress);
      });
    });
  });
});
