import { expect } from 'chai';
import fc from 'fast-check';
import {
  epochAt,
  epochStart,
  expiresAt,
  isQuartersPerEpoch,
  type QuartersPerEpoch,
} from '../../../backend/protocol/epochs.ts';

const lengths: QuartersPerEpoch[] = [1, 2, 4];
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('calendar epochs', () => {
  describe('epochAt', () => {
    it('counts quarters, half-years and years from 1970', () => {
      expect(lengths.map((length) => epochAt(0, length))).to.deep.equal([0, 0, 0]);
      expect(lengths.map((length) => epochAt(seconds('2026-11-22T00:00:00Z'), length))).to.deep.equal([
        227, 113, 56,
      ]);
    });

    it('gives a boundary to the later epoch and the second before it to the earlier', () => {
      const boundary = seconds('2027-01-01T00:00:00Z');
      expect(
        lengths.map((length) => epochAt(boundary, length) - epochAt(boundary - 1, length)),
      ).to.deep.equal([1, 1, 1]);
    });

    it('agrees with a walk over the months', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 4_102_444_799 }),
          fc.constantFrom(...lengths),
          (timestamp, length) => {
            let months = 0;
            while (Date.UTC(1970, months + 1) / 1000 <= timestamp) months++;
            expect(epochAt(timestamp, length)).to.equal(Math.floor(months / (3 * length)));
            expect(epochAt(BigInt(timestamp), length)).to.equal(epochAt(timestamp, length));
          },
        ),
      );
    });
  });

  describe('epochStart', () => {
    it('is the first second of its epoch', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(...lengths), (epoch, length) => {
          expect(epochAt(epochStart(epoch, length), length)).to.equal(epoch);
          expect(epochAt(epochStart(epoch, length) - 1, length)).to.equal(epoch - 1);
        }),
      );
    });
  });

  describe('expiresAt', () => {
    it('is the first second in which the points are dead', () => {
      expect(expiresAt(227, { quartersPerEpoch: 1, validity: 4 })).to.equal(seconds('2027-10-01T00:00:00Z'));
      expect(expiresAt(56, { quartersPerEpoch: 4, validity: 1 })).to.equal(seconds('2027-01-01T00:00:00Z'));
    });
  });

  it('knows the permitted lengths', () => {
    expect([0, 1, 2, 3, 4, 5].filter(isQuartersPerEpoch)).to.deep.equal([1, 2, 4]);
  });
});
