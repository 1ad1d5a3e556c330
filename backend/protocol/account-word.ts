/**
 * The packed account: four 48-bit buckets, their epoch, and the act nonces, in one 256-bit word.
 * Bits 0..191 buckets (bucket i at 48·i; bucket 3 is the word's epoch, bucket 2 the epoch before …), 192..207 epoch,
 * 208..239 next nonce, 240..255 window (bit i set: nonce `next − 1 − i` is used). The supply has the same buckets, see supply-word.ts.
 */
import { BUCKETS } from './epochs.ts';

const BUCKET_BITS = 48n;
const EPOCH_SHIFT = 192n;
const NONCE_SHIFT = 208n;
const WINDOW_SHIFT = 240n;
const BUCKETS_MASK = (1n << EPOCH_SHIFT) - 1n;
const EPOCH_MASK = 0xffffn;
const NONCE_MASK = 0xffff_ffffn;

/** The most points that a bucket, and so the live supply of a partner, can hold. */
export const MAX_POINTS = (1n << BUCKET_BITS) - 1n;

/** How many nonces behind the newest one can still be used. */
export const NONCE_WINDOW = 16;

/** How far past the next unused nonce an act may reach, so that one bad act can't burn a member's whole range. */
export const MAX_NONCE_JUMP = 1_024;

const WINDOW_MASK = (1 << NONCE_WINDOW) - 1;

/** An account or supply word taken apart. `buckets` run from the oldest epoch (`epoch − 3`) to the newest (`epoch`), in points. */
export interface AccountWord {
  readonly buckets: readonly [bigint, bigint, bigint, bigint];
  readonly epoch: number;
  readonly nextNonce: number;
  readonly window: number;
}

/** Where "now" lies for a partner's points: the current epoch, and for how many epochs points are live (1..4). */
export interface EpochClock {
  readonly epoch: number;
  readonly validity: number;
}

/** Points that an account holds from one epoch. */
export interface Lot {
  readonly epoch: number;
  readonly points: bigint;
}

/** The word of an account that was never touched. */
export const EMPTY_WORD: AccountWord = { buckets: [0n, 0n, 0n, 0n], epoch: 0, nextNonce: 0, window: 0 };

const bucketOf = (word: bigint, index: number): bigint =>
  (word >> (BUCKET_BITS * BigInt(index))) & MAX_POINTS;

/** Takes a raw 256-bit account or supply word apart. */
export const decodeWord = (word: bigint): AccountWord => ({
  buckets: [bucketOf(word, 0), bucketOf(word, 1), bucketOf(word, 2), bucketOf(word, 3)],
  epoch: Number((word >> EPOCH_SHIFT) & EPOCH_MASK),
  nextNonce: Number((word >> NONCE_SHIFT) & NONCE_MASK),
  window: Number(word >> WINDOW_SHIFT),
});

/** Packs a word as the contracts store it. */
export function encodeWord({ buckets, epoch, nextNonce, window }: AccountWord): bigint {
  const packed = buckets.reduce(
    (word, points, index) => word | (points << (BUCKET_BITS * BigInt(index))),
    0n,
  );
  return (
    packed |
    (BigInt(epoch) << EPOCH_SHIFT) |
    (BigInt(nextNonce) << NONCE_SHIFT) |
    (BigInt(window) << WINDOW_SHIFT)
  );
}

/** Brings a word forward to the clock's epoch: buckets move down, and dead ones are emptied. A word never goes back. */
export function rollWord(word: AccountWord, { epoch, validity }: EpochClock): AccountWord {
  const elapsed = Math.max(0, epoch - word.epoch);
  const packed = (encodeWord(word) & BUCKETS_MASK) >> (BUCKET_BITS * BigInt(Math.min(elapsed, BUCKETS)));
  const dead = BUCKET_BITS * BigInt(BUCKETS - validity);
  const { buckets } = decodeWord((packed >> dead) << dead);
  return { ...word, buckets, epoch: Math.max(epoch, word.epoch) };
}

/** The live points of a word, earliest expiry first, empty buckets left out. */
export function liveLots(word: AccountWord, clock: EpochClock): Lot[] {
  const rolled = rollWord(word, clock);
  return rolled.buckets
    .map((points, index) => ({ epoch: rolled.epoch - (BUCKETS - 1) + index, points }))
    .filter(({ points }) => points > 0n);
}

/** The live points of a word, in points: `balanceOf` at the clock's epoch. */
export const balanceAt = (word: AccountWord, clock: EpochClock): bigint =>
  rollWord(word, clock).buckets.reduce((sum, points) => sum + points, 0n);

/** Adds points of the clock's epoch. The caller ensures that the live supply stays within `MAX_POINTS`, so no bucket overflows. */
export function addPoints(word: AccountWord, points: bigint, clock: EpochClock): AccountWord {
  const rolled = rollWord(word, clock);
  const [oldest, older, newer, newest] = rolled.buckets;
  return { ...rolled, buckets: [oldest, older, newer, newest + points] };
}

/** What a spend took: the word after it, and the points taken from each bucket of the clock's epoch, oldest first. */
export interface Spend {
  readonly word: AccountWord;
  readonly taken: readonly [bigint, bigint, bigint, bigint];
}

/** Takes points, earliest expiry first. Returns null when fewer than `points` are live. */
export function spendPoints(word: AccountWord, points: bigint, clock: EpochClock): Spend | null {
  const rolled = rollWord(word, clock);
  let left = points;
  const take = (bucket: bigint): bigint => {
    const part = bucket < left ? bucket : left;
    left -= part;
    return part;
  };
  const [oldest, older, newer, newest] = rolled.buckets;
  const taken = [take(oldest), take(older), take(newer), take(newest)] as const;
  if (left > 0n) return null;
  const buckets = [oldest - taken[0], older - taken[1], newer - taken[2], newest - taken[3]] as const;
  return { word: { ...rolled, buckets }, taken };
}

/** Takes points of the epoch `of` alone, as ERC-7818's transferAtEpoch does. Returns null when that has fewer live points. */
export function spendOfEpoch(
  word: AccountWord,
  points: bigint,
  clock: EpochClock & { of: number },
): Spend | null {
  const rolled = rollWord(word, clock);
  const place = BUCKETS - 1 - (rolled.epoch - clock.of);
  if (points > (rolled.buckets[place] ?? 0n)) return null;
  const part = (index: number): bigint => (index === place ? points : 0n);
  const taken = [part(0), part(1), part(2), part(3)] as const;
  return { word: shiftBuckets(rolled, taken, { ...clock, sign: -1n }), taken };
}

/** Adds (`sign` 1n) or takes (−1n) points bucket by bucket, both at the clock's epoch: moved points keep their epoch. */
export function shiftBuckets(
  word: AccountWord,
  buckets: Spend['taken'],
  clock: EpochClock & { sign: 1n | -1n },
): AccountWord {
  const rolled = rollWord(word, clock);
  const [a, b, c, d] = rolled.buckets;
  const { sign } = clock;
  return {
    ...rolled,
    buckets: [a + sign * buckets[0], b + sign * buckets[1], c + sign * buckets[2], d + sign * buckets[3]],
  };
}

/** Whether an act nonce can be used, and if not, why not. */
export type NonceState = 'free' | 'used' | 'too-old' | 'too-far';

/** Judges an act nonce against a word, as the contract does. */
export function nonceState(word: Pick<AccountWord, 'nextNonce' | 'window'>, nonce: number): NonceState {
  // The last nonce of 32 bits is never used, because `next` could not pass it.
  if (nonce >= word.nextNonce)
    return nonce - word.nextNonce > MAX_NONCE_JUMP || nonce >= Number(NONCE_MASK) ? 'too-far' : 'free';
  const age = word.nextNonce - 1 - nonce;
  if (age >= NONCE_WINDOW) return 'too-old';
  return (word.window >> age) & 1 ? 'used' : 'free';
}

/** Marks an act nonce as used. The caller has seen `nonceState` say 'free'. */
export function markNonce(word: AccountWord, nonce: number): AccountWord {
  if (nonce < word.nextNonce) return { ...word, window: word.window | (1 << (word.nextNonce - 1 - nonce)) };
  const jump = nonce - word.nextNonce + 1;
  const kept = jump < NONCE_WINDOW ? (word.window << jump) & WINDOW_MASK : 0;
  return { ...word, nextNonce: nonce + 1, window: kept | 1 };
}

/** An account that was moved to its member's successor: every nonce is used, and no act of it can be done ever again. Its points move on their own. */
export const closeAccount = (word: AccountWord): AccountWord => ({
  ...word,
  nextNonce: Number(NONCE_MASK),
  window: WINDOW_MASK,
});

/** Whether no act of the account can be done ever again. */
export const isClosed = ({ nextNonce, window }: Pick<AccountWord, 'nextNonce' | 'window'>): boolean =>
  nextNonce === Number(NONCE_MASK) && window === WINDOW_MASK;

/** A word without points of another one, epoch by epoch: it stays in its own epoch, and nothing falls below zero. */
export function withoutBuckets(from: AccountWord, taken: AccountWord): AccountWord {
  const [a, b, c, d] = from.buckets;
  const rest = (points: bigint, index: number): bigint => {
    const away = taken.buckets[index + from.epoch - taken.epoch] ?? 0n;
    return away < points ? points - away : 0n;
  };
  return { ...from, buckets: [rest(a, 0), rest(b, 1), rest(c, 2), rest(d, 3)] };
}
