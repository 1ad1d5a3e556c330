import { expect } from 'chai';
import { decodeValues, rollValues } from '../../../backend/protocol/values-word.ts';
import { at, loadFixture, mineAt, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, USD } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const UNKNOWN = 4;
const DAY = 86_400;
const EPOCH = 232n; // Aurora's, January to March 2028
const MAX_VALUE = 2n ** 40n - 1n;

describe('Reserves', () => {
  describe('scheduleValue', () => {
    describe('a higher value', () => {
      it('counts from the next epoch on, and for no point earned before', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 100n]);
        await expect(hub.connect(auroraAdmin).scheduleValue(AURORA, 12_345n))
          .to.emit(hub, 'PointValueScheduled')
          .withArgs(AURORA, EPOCH + 1n, 12_345n);
        expect((await hub.partnerReport(AURORA)).liability).to.equal(USD);
        await mineAt(at('2028-04-01') - 1);
        await issue(AURORA, [ana, 0n]);
        expect(decodeValues((await hub.partnerReport(AURORA)).valuesWord).values).to.deep.equal([
          10_000n,
          10_000n,
          10_000n,
          12_345n, // this block is the first of April
          12_345n,
        ]);
        await issue(AURORA, [ana, 100n]);
        expect((await hub.partnerReport(AURORA)).liability).to.equal(USD + 1_234_500n);
      });

      it('needs no notice, up to the last second', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await time.setNextBlockTimestamp(at('2028-04-01') - 1);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, MAX_VALUE);
        await mineAt(at('2028-04-01'));
        expect(decodeValues((await hub.partnerReport(AURORA)).valuesWord).values[3]).to.equal(MAX_VALUE);
      });

      it('stays until it is changed', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 20_000n);
        const written = decodeValues((await hub.partnerReport(AURORA)).valuesWord);
        for (const [instant, epoch] of [
          ['2028-04-01', 233],
          ['2028-07-01', 234],
          ['2028-12-31', 235],
          ['2029-01-01', 236],
          ['2029-04-01', 237],
          ['2050-01-01', 320],
        ] as const) {
          await mineAt(at(instant));
          const { valuesWord } = await hub.partnerReport(AURORA);
          expect(decodeValues(valuesWord)).to.deep.equal(rollValues(written, epoch));
        }
        expect(decodeValues((await hub.partnerReport(AURORA)).valuesWord).values).to.deep.equal(
          Array.from({ length: 5 }, () => 20_000n),
        );
      });

      it('can be announced twice; the last one counts', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 20_000n);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 30_000n);
        await mineAt(at('2028-04-01'));
        expect(decodeValues((await hub.partnerReport(AURORA)).valuesWord).values.slice(2)).to.deep.equal([
          10_000n,
          30_000n,
          30_000n,
        ]);
      });

      it('may be different in each epoch, and points keep each the value of theirs', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 1n]);
        for (const [instant, value] of [
          ['2028-04-01', 20_000n],
          ['2028-07-01', 30_000n],
          ['2028-10-01', 40_000n],
        ] as const) {
          await hub.connect(auroraAdmin).scheduleValue(AURORA, value);
          await mineAt(at(instant));
          await issue(AURORA, [ana, 1n]);
        }
        expect((await hub.partnerReport(AURORA)).liability).to.equal(100_000n);
        await mineAt(at('2029-01-01'));
        expect((await hub.partnerReport(AURORA)).liability).to.equal(90_000n);
      });
    });

    describe('a lower value', () => {
      it('is taken in the last moment of notice', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        const latest = at('2028-04-01') - 30 * DAY;
        expect(await hub.VALUE_NOTICE()).to.equal(30 * DAY);
        await time.setNextBlockTimestamp(latest);
        await expect(hub.connect(auroraAdmin).scheduleValue(AURORA, 9_999n))
          .to.emit(hub, 'PointValueScheduled')
          .withArgs(AURORA, EPOCH + 1n, 9_999n);
      });

      it('is refused a second later, with the epoch’s start and the last moment there was', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        const start = at('2028-04-01');
        await time.setNextBlockTimestamp(start - 30 * DAY + 1);
        await expect(hub.connect(auroraAdmin).scheduleValue(AURORA, 9_999n))
          .to.be.revertedWithCustomError(hub, 'PointValueNoticeTooShort')
          .withArgs(start, start - 30 * DAY);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 10_000n); // no change is not lower
      });

      it('gives notice before the brand’s own epoch: half-years and years too', async () => {
        const { hub, bistroAdmin, cinemaAdmin } = await loadFixture(openCoalition);
        await mineAt(at('2028-06-02'));
        await expect(hub.connect(bistroAdmin).scheduleValue(BISTRO, 2_999n))
          .to.be.revertedWithCustomError(hub, 'PointValueNoticeTooShort')
          .withArgs(at('2028-07-01'), at('2028-06-01'));
        await hub.connect(cinemaAdmin).scheduleValue(CINEMA, 70_000n);
        await mineAt(at('2028-12-02') + 1);
        await expect(hub.connect(cinemaAdmin).scheduleValue(CINEMA, 69_999n))
          .to.be.revertedWithCustomError(hub, 'PointValueNoticeTooShort')
          .withArgs(at('2029-01-01'), at('2028-12-02'));
      });

      it('is measured against what was announced, not against the present value', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 20_000n);
        await mineAt(at('2028-03-15'));
        await expect(hub.connect(auroraAdmin).scheduleValue(AURORA, 15_000n))
          .to.be.revertedWithCustomError(hub, 'PointValueNoticeTooShort')
          .withArgs(at('2028-04-01'), at('2028-03-02'));
      });

      it('counts for points that are issued later only', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 100n]);
        await hub.connect(auroraAdmin).scheduleValue(AURORA, 1n);
        await mineAt(at('2028-04-01'));
        await issue(AURORA, [ana, 100n]);
        expect((await hub.partnerReport(AURORA)).liability).to.equal(USD + 100n);
      });
    });

    describe('no value', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).scheduleValue(AURORA, 0n))
          .to.be.revertedWithCustomError(hub, 'PointValueInvalid')
          .withArgs(0n);
      });
    });

    describe('by anybody but the admin', () => {
      it('is refused', async () => {
        const { hub, governor, issuer, bistroAdmin, stranger } = await loadFixture(openCoalition);
        for (const caller of [governor, issuer, bistroAdmin, stranger])
          await expect(hub.connect(caller).scheduleValue(AURORA, 20_000n))
            .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
            .withArgs(AURORA, caller);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).scheduleValue(UNKNOWN, 1n))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(UNKNOWN);
      });
    });
  });

  describe('raiseValue', () => {
    describe('of the present epoch', () => {
      it('raises what issued points are worth, and those still to be issued in it', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 100n]);
        await expect(hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 10_001n))
          .to.emit(hub, 'PointValueRaised')
          .withArgs(AURORA, EPOCH, 10_001n);
        await issue(AURORA, [ana, 100n]);
        const { liability, valuesWord } = await hub.partnerReport(AURORA);
        expect(liability).to.equal(200n * 10_001n);
        expect(decodeValues(valuesWord).values).to.deep.equal([10_000n, 10_000n, 10_000n, 10_001n, 10_000n]);
      });
    });

    describe('of an earlier epoch that is live', () => {
      it('raises that one alone', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 100n]);
        await mineAt(at('2028-10-01'));
        await issue(AURORA, [ana, 100n]);
        await hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 15_000n);
        const { liability, valuesWord } = await hub.partnerReport(AURORA);
        expect(liability).to.equal(100n * 15_000n + 100n * 10_000n);
        expect(decodeValues(valuesWord).values).to.deep.equal([15_000n, 10_000n, 10_000n, 10_000n, 10_000n]);
      });
    });

    describe('of an epoch that is not live', () => {
      it('is refused for what has expired', async () => {
        const { hub, auroraAdmin, cinemaAdmin } = await loadFixture(openCoalition);
        await mineAt(at('2029-01-01'));
        await expect(hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 20_000n))
          .to.be.revertedWithCustomError(hub, 'PointValueEpochNotLive')
          .withArgs(EPOCH, 236n);
        await hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH + 1n, 20_000n);
        await expect(hub.connect(cinemaAdmin).raiseValue(CINEMA, 58n, 80_000n))
          .to.be.revertedWithCustomError(hub, 'PointValueEpochNotLive')
          .withArgs(58n, 59n);
        await expect(hub.connect(auroraAdmin).raiseValue(AURORA, 0n, 20_000n))
          .to.be.revertedWithCustomError(hub, 'PointValueEpochNotLive')
          .withArgs(0n, 236n);
      });

      it('is refused for what has not begun', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        for (const epoch of [EPOCH + 1n, EPOCH + 4n, 2n ** 256n - 1n])
          await expect(hub.connect(auroraAdmin).raiseValue(AURORA, epoch, 20_000n))
            .to.be.revertedWithCustomError(hub, 'PointValueEpochNotLive')
            .withArgs(epoch, EPOCH);
      });
    });

    describe('to what is not higher', () => {
      it('is refused: issued epochs never lose value', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        for (const value of [0n, 9_999n, 10_000n])
          await expect(hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, value))
            .to.be.revertedWithCustomError(hub, 'PointValueNotRaised')
            .withArgs(EPOCH, value, 10_000n);
      });
    });

    describe('beyond what money covers', () => {
      it('is refused with reserve and requirement, and the last value that is covered is not', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 50_000n]);
        await expect(hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 20_001n))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 1_000n * USD, 50_000n * 20_001n);
        await hub.connect(auroraAdmin).raiseValue(AURORA, EPOCH, 20_000n);
        expect((await hub.partnerReport(AURORA)).required).to.equal(1_000n * USD);
      });
    });

    describe('by anybody but the admin', () => {
      it('is refused', async () => {
        const { hub, governor, bistroAdmin } = await loadFixture(openCoalition);
        for (const caller of [governor, bistroAdmin])
          await expect(hub.connect(caller).raiseValue(AURORA, EPOCH, 20_000n))
            .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
            .withArgs(AURORA, caller);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).raiseValue(UNKNOWN, EPOCH, 20_000n))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(UNKNOWN);
      });
    });
  });
});
