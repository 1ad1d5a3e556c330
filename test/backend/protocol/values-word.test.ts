import { expect } from 'chai';
import fc from 'fast-check';
import {
  decodeValues,
  encodeValues,
  MAX_POINT_VALUE,
  pointValue,
  rollValues,
  type ValuesWord,
  valueOfBuckets,
} from '../../../backend/protocol/values-word.ts';

const value = fc.bigInt(0n, MAX_POINT_VALUE);
const word: fc.Arbitrary<ValuesWord> = fc.record({
  values: fc.tuple(value, value, value, value, value),
  epoch: fc.integer({ min: 4, max: 60_000 }),
});

/** The slow twin: one step is a shift by 40 bits that repeats the newest value. */
function rollSlowly(raw: bigint, steps: number): bigint {
  let values = raw & ((1n << 200n) - 1n);
  for (let step = 0; step < steps; step++) values = (values >> 40n) | ((values >> 160n) << 160n);
  return values | (((raw >> 200n) + BigInt(steps)) << 200n);
}

describe('values word', () => {
  it('takes apart what it packed', () => {
    fc.assert(
      fc.property(word, (values) => {
        expect(decodeValues(encodeValues(values))).to.deep.equal(values);
      }),
    );
  });

  it('rolls as the 40-bit shift does', () => {
    fc.assert(
      fc.property(word, fc.nat(9), (values, steps) => {
        expect(encodeValues(rollValues(values, values.epoch + steps))).to.equal(
          rollSlowly(encodeValues(values), steps),
        );
      }),
    );
  });

  it('keeps the value of an epoch while time passes (I5)', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: -3, max: 3 }), fc.nat(3), (values, offset, steps) => {
        const pointEpoch = values.epoch + offset;
        const later = values.epoch + steps;
        fc.pre(pointEpoch > later - 4);
        const seenNow = pointValue(values, { epoch: values.epoch, pointEpoch });
        expect(pointValue(values, { epoch: later, pointEpoch })).to.equal(seenNow);
      }),
    );
  });

  it('knows no value before the window', () => {
    expect(pointValue({ values: [1n, 2n, 3n, 4n, 5n], epoch: 100 }, { epoch: 100, pointEpoch: 96 })).to.equal(
      0n,
    );
    expect(
      pointValue({ values: [1n, 2n, 3n, 4n, 5n], epoch: 100 }, { epoch: 100, pointEpoch: 109 }),
    ).to.equal(5n);
  });

  it('values buckets exactly', () => {
    expect(valueOfBuckets([1n, 10n, 100n, 1000n], { values: [7n, 5n, 3n, 2n, 99n], epoch: 9 })).to.equal(
      2357n,
    );
  });
});
