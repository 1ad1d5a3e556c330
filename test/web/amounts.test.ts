import { expect } from 'chai';
import fc from 'fast-check';
import type { Balance } from '../../web/shared/api/shapes.ts';
import { readableUnderWhite } from '../../web/shared/ui/colour.ts';
import {
  formatCode,
  formatExactMoney,
  formatLastDay,
  formatMoney,
  formatPercent,
  formatPoints,
} from '../../web/shared/ui/format.ts';
import { pointsFor } from '../../web/wallet/pay/points-for.ts';
import { estimateWorth } from '../../web/wallet/spend/estimate.ts';

const balanceOf = (lots: { points: bigint; each: bigint }[]): Balance => ({
  partner: 1,
  nextNonce: 0,
  points: lots.reduce((sum, { points }) => sum + points, 0n),
  value: lots.reduce((sum, { points, each }) => sum + points * each, 0n),
  // The API may send periods in any order; what expires first is spent first.
  buckets: lots
    .map(({ points, each }, index) => ({
      epoch: index,
      points,
      value: points * each,
      expiresAt: new Date(index),
    }))
    .reverse(),
});
const lots = fc.array(
  fc.record({ points: fc.bigInt({ min: 0n, max: 40n }), each: fc.bigInt({ min: 1n, max: 50n }) }),
  { minLength: 1, maxLength: 4 },
);

describe('Amounts on the screen', () => {
  describe('estimateWorth', () => {
    it('takes point by point what expires first', () => {
      fc.assert(
        fc.property(lots, fc.bigInt({ min: 0n, max: 160n }), (given, amount) => {
          const single = given.flatMap(({ points, each }) => new Array<bigint>(Number(points)).fill(each));
          const expected = single.slice(0, Number(amount)).reduce((sum, each) => sum + each, 0n);
          expect(estimateWorth(balanceOf(given), amount)).to.equal(expected);
        }),
      );
    });
  });

  describe('pointsFor', () => {
    it('finds the fewest points that are worth it, or none when there are too few', () => {
      fc.assert(
        fc.property(lots, fc.bigInt({ min: 1n, max: 8_000n }), (given, value) => {
          const balance = balanceOf(given);
          const points = pointsFor(balance, value);
          if (points === undefined) {
            expect(balance.value < value).to.equal(true);
            return;
          }
          expect(estimateWorth(balance, points) >= value).to.equal(true);
          expect(estimateWorth(balance, points - 1n) < value).to.equal(true);
        }),
      );
    });
  });

  describe('words', () => {
    it('never shows more money than there is', () => {
      expect(formatMoney(1_009_999n)).to.equal('$1.00');
      expect(formatMoney(1_234_567_890_000n)).to.equal('$1,234,567.89');
      expect(formatMoney(0n)).to.equal('$0.00');
    });
    it('keeps the digits of less than a cent', () => {
      expect(formatMoney(4_200n)).to.equal('$0.0042');
      expect(formatExactMoney(12_500n)).to.equal('$0.0125');
    });
    it('does not lose a µUSD of sums that no number can hold', () => {
      expect(formatMoney(2n ** 88n)).to.equal('$309,485,009,821,345,068,724.78');
    });
    it('groups points always, and knows one from many', () => {
      expect(formatPoints(1n)).to.equal('1 point');
      expect(formatPoints(1240n)).to.equal('1,240 points');
    });
    it('rounds coverage down', () => {
      expect(formatPercent(10_219n)).to.equal('102.1%');
      expect(formatPercent(9_999n)).to.equal('99.9%');
      expect(formatPercent(100_001n)).to.equal('over 1,000%');
    });
    it('names the last day on which points can be used, in UTC', () => {
      expect(formatLastDay(new Date('2027-01-01T00:00:00Z'))).to.equal('31 Dec 2026');
    });
    it('spells a code as it is read aloud', () => {
      expect(formatCode('12345678')).to.equal('1234 5678');
    });
  });

  describe('readableUnderWhite', () => {
    it('gives a colour with a contrast of 4.5 : 1 for any other', () => {
      const contrast = (colour: string) => {
        const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
          const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
      };
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
          const readable = readableUnderWhite(`#${value.toString(16).padStart(6, '0')}`);
          expect(contrast(readable)).to.be.at.least(4.5);
        }),
      );
    });
    it('leaves a dark colour alone, and does not believe what is no colour', () => {
      expect(readableUnderWhite('#14172b')).to.equal('#14172b');
      expect(readableUnderWhite('red; background: url(//x)')).to.match(/^#[0-9a-f]{6}$/);
    });
  });
});
