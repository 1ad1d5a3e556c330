import { expect } from 'chai';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;

/** Ana holds 10 points of each brand, earned in February 2028. */
async function februaryFixture() {
  const coalition = await openCoalition();
  for (const token of [coalition.aurora, coalition.bistro, coalition.cinema])
    await (await asHub(token)).mint(ana, 10n);
  return coalition;
}

/** Epochs of the three brands in a quarter (0 to 3) of a year, counted by hand. */
const epochsIn = (year: number, quarter: number) => ({
  aurora: BigInt((year - 1970) * 4 + quarter),
  bistro: BigInt((year - 1970) * 2 + (quarter < 2 ? 0 : 1)),
  cinema: BigInt(year - 1970),
});

const currentEpochs = async ({ aurora, bistro, cinema }: OpenCoalition) => ({
  aurora: await aurora.currentEpoch(),
  bistro: await bistro.currentEpoch(),
  cinema: await cinema.currentEpoch(),
});

const quarterStart = (year: number, quarter: number) => Date.UTC(year, quarter * 3) / 1000;

describe('PointsToken', () => {
  describe('currentEpoch', () => {
    describe('at known dates', () => {
      it('counts calendar periods of UTC since 1970', async () => {
        const coalition = await loadFixture(openCoalition);
        const known = [
          ['2028-02-29T23:59:59Z', 232n, 116n, 58n],
          ['2028-03-01T00:00:00Z', 232n, 116n, 58n],
          ['2028-03-31T23:59:59Z', 232n, 116n, 58n],
          ['2028-04-01T00:00:00Z', 233n, 116n, 58n],
          ['2028-06-30T23:59:59Z', 233n, 116n, 58n],
          ['2028-07-01T00:00:00Z', 234n, 117n, 58n],
          ['2028-09-30T23:59:59Z', 234n, 117n, 58n],
          ['2028-10-01T00:00:00Z', 235n, 117n, 58n],
          ['2028-12-31T23:59:59Z', 235n, 117n, 58n],
          ['2029-01-01T00:00:00Z', 236n, 118n, 59n],
          ['2029-02-28T23:59:59Z', 236n, 118n, 59n],
          ['2029-03-01T00:00:00Z', 236n, 118n, 59n],
          ['2099-12-31T23:59:59Z', 519n, 259n, 129n],
          ['2100-01-01T00:00:00Z', 520n, 260n, 130n], // 2100 has no 29 February
          ['2100-03-31T23:59:59Z', 520n, 260n, 130n],
          ['2100-04-01T00:00:00Z', 521n, 260n, 130n],
          ['2400-03-31T23:59:59Z', 1720n, 860n, 430n], // 2400 has one
          ['2400-04-01T00:00:00Z', 1721n, 860n, 430n],
        ] as const;
        for (const [instant, aurora, bistro, cinema] of known) {
          await mineAt(at(instant));
          expect(await currentEpochs(coalition), instant).to.deep.equal({ aurora, bistro, cinema });
        }
      });
    });

    describe('at the border of every quarter of a quarter of a century', () => {
      it('changes with the first second and not before', async () => {
        const coalition = await loadFixture(openCoalition);
        for (let year = 2029; year <= 2053; year += 1)
          for (let quarter = 0; quarter < 4; quarter += 1) {
            const start = quarterStart(year, quarter);
            await mineAt(start - 1);
            const before = quarter === 0 ? epochsIn(year - 1, 3) : epochsIn(year, quarter - 1);
            expect(await currentEpochs(coalition), `before ${year}/${quarter}`).to.deep.equal(before);
            await mineAt(start);
            expect(await currentEpochs(coalition), `${year}/${quarter}`).to.deep.equal(
              epochsIn(year, quarter),
            );
          }
      }).timeout(120_000);
    });
  });

  describe('epochLength', () => {
    it('is the length of the present quarter, half-year or year, leap days included', async () => {
      const { aurora, bistro, cinema } = await loadFixture(openCoalition);
      const lengths = async () => [
        await aurora.epochLength(),
        await bistro.epochLength(),
        await cinema.epochLength(),
      ];
      const days = (...counts: bigint[]) => counts.map((count) => count * 86_400n);
      expect(await lengths()).to.deep.equal(days(91n, 182n, 366n)); // February 2028
      await mineAt(at('2028-08-01'));
      expect(await lengths()).to.deep.equal(days(92n, 184n, 366n));
      await mineAt(at('2029-01-01'));
      expect(await lengths()).to.deep.equal(days(90n, 181n, 365n));
      await mineAt(at('2029-12-31'));
      expect(await lengths()).to.deep.equal(days(92n, 184n, 365n));
      await mineAt(at('2100-02-01'));
      expect(await lengths()).to.deep.equal(days(90n, 181n, 365n));
    });
  });

  describe('expiresAt', () => {
    it('is the first second after the last live epoch', async () => {
      const { aurora, bistro, cinema } = await loadFixture(openCoalition);
      expect(await aurora.expiresAt(232n)).to.equal(at('2029-01-01')); // four quarters from January 2028
      expect(await aurora.expiresAt(235n)).to.equal(at('2029-10-01'));
      expect(await bistro.expiresAt(116n)).to.equal(at('2029-01-01')); // two half-years
      expect(await bistro.expiresAt(117n)).to.equal(at('2029-07-01'));
      expect(await cinema.expiresAt(58n)).to.equal(at('2029-01-01')); // its own year only
      expect(await aurora.expiresAt(0n)).to.equal(at('1971-01-01'));
      expect(await cinema.expiresAt(129n)).to.equal(at('2100-01-01'));
    });
  });

  describe('isEpochExpired', () => {
    it('turns with the first second in which the points can not be spent', async () => {
      const { aurora, bistro, cinema } = await loadFixture(openCoalition);
      const epochs = [
        [aurora, 232n],
        [bistro, 116n],
        [cinema, 58n],
      ] as const;
      await mineAt(at('2029-01-01') - 1);
      for (const [token, epoch] of epochs) expect(await token.isEpochExpired(epoch)).to.equal(false);
      await mineAt(at('2029-01-01'));
      for (const [token, epoch] of epochs) {
        expect(await token.isEpochExpired(epoch)).to.equal(true);
        expect(await token.isEpochExpired(epoch + 4n)).to.equal(false);
      }
    });
  });

  describe('balances over time', () => {
    describe('in the last second of validity', () => {
      it('are all there', async () => {
        const { aurora, bistro, cinema } = await loadFixture(februaryFixture);
        await mineAt(at('2029-01-01') - 1);
        for (const token of [aurora, bistro, cinema]) {
          expect(await token.balanceOf(ana)).to.equal(10n);
          expect(await token.totalSupply()).to.equal(10n);
        }
      });
    });

    describe('from the next second on', () => {
      it('are gone, and the supply with them, for good', async () => {
        const { aurora, bistro, cinema } = await loadFixture(februaryFixture);
        for (const instant of ['2029-01-01', '2029-01-02', '2031-07-01', '2050-01-01', '2399-12-31']) {
          await mineAt(at(instant));
          for (const token of [aurora, bistro, cinema]) {
            expect(await token.balanceOf(ana), instant).to.equal(0n);
            expect(await token.totalSupply(), instant).to.equal(0n);
          }
        }
      });
    });
  });

  describe('balanceOfAtEpoch', () => {
    it('finds the points where they were earned, as long as they live', async () => {
      const { aurora } = await loadFixture(februaryFixture);
      const hubsAurora = await asHub(aurora);
      await mineAt(at('2028-05-01'));
      await hubsAurora.mint(ana, 7n);
      const balances = async () => [
        await aurora.balanceOfAtEpoch(231n, ana),
        await aurora.balanceOfAtEpoch(232n, ana),
        await aurora.balanceOfAtEpoch(233n, ana),
        await aurora.balanceOfAtEpoch(234n, ana),
      ];
      expect(await balances()).to.deep.equal([0n, 10n, 7n, 0n]);
      await mineAt(at('2029-01-01') - 1);
      expect(await balances()).to.deep.equal([0n, 10n, 7n, 0n]);
      await mineAt(at('2029-01-01'));
      expect(await balances()).to.deep.equal([0n, 0n, 7n, 0n]);
      await mineAt(at('2029-04-01'));
      expect(await balances()).to.deep.equal([0n, 0n, 0n, 0n]);
    });

    it('is nothing for epochs that no account can hold points of', async () => {
      const { aurora } = await loadFixture(februaryFixture);
      for (const epoch of [0n, 228n, 233n, 2n ** 256n - 1n])
        expect(await aurora.balanceOfAtEpoch(epoch, ana)).to.equal(0n);
      expect(await aurora.balanceOfAtEpoch(232n, ana)).to.equal(10n);
    });
  });
});
