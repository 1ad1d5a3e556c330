/**
 * The packed point values of a partner: five 40-bit values in µUSD per point, and their epoch at bits 200..215.
 * Index 0..3 is the same window as an account's buckets (3 is the word's epoch), index 4 the value of the next epoch on.
 */
const VALUE_BITS = 40n;
const VALUE_MASK = (1n << VALUE_BITS) - 1n;
const EPOCH_SHIFT = 200n;
const EPOCH_MASK = 0xffffn;
const NEXT = 4;
const CURRENT = 3;

/** The highest point value, in µUSD per point. */
export const MAX_POINT_VALUE = VALUE_MASK;

/** Point values in µUSD per point: epochs `epoch − 3` … `epoch`, then the one of the next epoch on. */
export interface ValuesWord {
  readonly values: readonly [bigint, bigint, bigint, bigint, bigint];
  readonly epoch: number;
}

const valueIn = (word: bigint, index: number): bigint => (word >> (VALUE_BITS * BigInt(index))) & VALUE_MASK;

/** Takes a raw values word apart. */
export const decodeValues = (word: bigint): ValuesWord => ({
  values: [valueIn(word, 0), valueIn(word, 1), valueIn(word, 2), valueIn(word, 3), valueIn(word, 4)],
  epoch: Number((word >> EPOCH_SHIFT) & EPOCH_MASK),
});

/** Packs point values as the contracts store them. */
export const encodeValues = ({ values, epoch }: ValuesWord): bigint =>
  values.reduce(
    (word, value, index) => word | (value << (VALUE_BITS * BigInt(index))),
    BigInt(epoch) << EPOCH_SHIFT,
  );

/** Brings point values forward to an epoch: each moves one place down a step, and the newest is repeated. */
export function rollValues(word: ValuesWord, epoch: number): ValuesWord {
  const elapsed = Math.max(0, epoch - word.epoch);
  const [, , , , next] = word.values;
  const at = (index: number): bigint => word.values[Math.min(index + elapsed, NEXT)] ?? next;
  return { values: [at(0), at(1), at(2), at(3), next], epoch: Math.max(epoch, word.epoch) };
}

/** The value of a point of `pointEpoch`, in µUSD, seen from `epoch`; 0 for epochs before the window. */
export function pointValue(
  word: ValuesWord,
  { epoch, pointEpoch }: { epoch: number; pointEpoch: number },
): bigint {
  const rolled = rollValues(word, epoch);
  const index = Math.min(CURRENT + pointEpoch - rolled.epoch, NEXT);
  return rolled.values[index] ?? 0n;
}

/** Σ points × point value over four buckets of the word's epoch, in µUSD: exact, nothing is rounded. */
export const valueOfBuckets = (buckets: readonly bigint[], word: ValuesWord): bigint =>
  buckets.reduce((sum, points, index) => sum + points * (word.values[index] ?? 0n), 0n);

/** The value of a point of `pointEpoch`, in µUSD, by values as they were written last; it may have died since. 0 for epochs before the window. */
export const valueOfEpoch = ({ values, epoch }: ValuesWord, pointEpoch: number): bigint =>
  values[Math.min(CURRENT + pointEpoch - epoch, NEXT)] ?? 0n;
