import { expect } from 'chai';
import { loadFixture, mineAt, START, time } from '../../helpers/chain.ts';
import { DAY, eoaKey, keysFixture, strangerKey } from './stage.ts';

const [ben, cleo] = [eoaKey('ben'), eoaKey('cleo')];
/** 00:00 UTC of the next day. */
const MIDNIGHT = Math.ceil(START / DAY) * DAY;

/** Ben may spend 100 µUSD a day. */
async function limitFixture() {
  const stage = await keysFixture();
  await stage.add(ben, 'limited', 100n);
  const { keys, ana } = stage;
  const charge = (value: bigint, key = ben) => keys.charge(ana.name, key.name, value);
  const spent = async () => (await keys.keyOf(ana.name, ben.name)).spentToday;
  return { ...stage, charge, spent };
}

describe('MemberKeys, daily limits', () => {
  describe('charge', () => {
    it('adds up to the limit, and not beyond', async () => {
      const { keys, ana, charge, spent } = await loadFixture(limitFixture);
      await expect(charge(60n)).to.emit(keys, 'KeyCharged').withArgs(ana.name, ben.name, 60, 60);
      await expect(charge(41n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 40, 41);
      expect(await spent()).to.equal(60n);
      await expect(charge(40n)).to.emit(keys, 'KeyCharged').withArgs(ana.name, ben.name, 40, 100);
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
      await charge(0n); // nothing is within every limit
    });

    it('refuses values beyond every width', async () => {
      const { keys, charge } = await loadFixture(limitFixture);
      for (const value of [2n ** 48n, 2n ** 48n + 1n, 2n ** 256n - 1n])
        await expect(charge(value))
          .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
          .withArgs(ben.name, 100, value);
    });

    it('takes the largest limit whole', async () => {
      const { keys, add, charge, spent } = await loadFixture(limitFixture);
      await add(ben, 'limited', 2n ** 48n - 1n);
      await charge(2n ** 48n - 1n);
      expect(await spent()).to.equal(2n ** 48n - 1n);
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
    });

    it('begins anew at midnight UTC, not a second before', async () => {
      const { keys, ana, charge, spent } = await loadFixture(limitFixture);
      await charge(100n);
      await time.setNextBlockTimestamp(MIDNIGHT - 1);
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
      await time.setNextBlockTimestamp(MIDNIGHT);
      await expect(charge(100n)).to.emit(keys, 'KeyCharged').withArgs(ana.name, ben.name, 100, 100);
      await mineAt(MIDNIGHT + DAY - 1);
      expect(await spent()).to.equal(100n);
      await mineAt(MIDNIGHT + DAY);
      expect(await spent()).to.equal(0n);
    });

    it('counts each member and each key for itself', async () => {
      const { keys, add, charge, submit, spent } = await loadFixture(limitFixture);
      await add(cleo, 'limited', 100n);
      await submit({ member: cleo.name, key: ben.name, role: 'limited', dailyLimit: 100n }, cleo);
      await charge(100n, cleo);
      await keys.charge(cleo.name, ben.name, 100n);
      expect(await spent()).to.equal(0n);
    });

    it('is for the coalition alone', async () => {
      const { keys, ana, relay } = await loadFixture(limitFixture);
      await expect(keys.connect(relay).charge(ana.name, ben.name, 1n))
        .to.be.revertedWithCustomError(keys, 'KeyCallerNotCoalition')
        .withArgs(relay.address);
    });

    it('fails closed for every key that isn’t limited', async () => {
      const { keys, ana, add, submit, charge } = await loadFixture(limitFixture);
      const [full, recovery, pending] = [strangerKey(), strangerKey(), strangerKey()];
      await add(full, 'full');
      await add(recovery, 'recovery');
      await submit({ key: pending.name }, recovery);
      for (const key of [full, recovery, pending, ana, cleo])
        for (const value of [0n, 1n])
          await expect(charge(value, key))
            .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
            .withArgs(key.name, 0, value);
      await add(ben, 'none');
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
    });

    it('fails closed for a member with a successor', async () => {
      const { keys, add, charge } = await loadFixture(limitFixture);
      await add(cleo, 'successor');
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
    });
  });

  describe('a limit that changes on the same day', () => {
    it('leaves what the new one has left, which may be nothing', async () => {
      const { keys, add, charge } = await loadFixture(limitFixture);
      await charge(60n);
      await add(ben, 'limited', 70n);
      await expect(charge(11n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 10, 11);
      await add(ben, 'limited', 50n);
      await expect(charge(1n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 0, 1);
      await add(ben, 'limited', 61n);
      await charge(1n);
    });

    it('gives nothing to a key that is removed and added again', async () => {
      const { keys, add, charge, spent } = await loadFixture(limitFixture);
      await charge(60n);
      await add(ben, 'none');
      expect(await spent()).to.equal(60n);
      await add(ben, 'limited', 100n);
      await expect(charge(41n))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(ben.name, 40, 41);
    });
  });
});
