/**
 * A partner's supply as its token stores it: buckets and epoch as in an account's word, and in the place of the nonces, bits
 * 208..255, the points minted in that epoch so far. `supplyWord()` leaves those out; `epochTotals(epoch)` tells them.
 */
import { type AccountWord, decodeWord, type EpochClock, encodeWord, rollWord } from './account-word.ts';
import { BUCKETS } from './epochs.ts';

const MINTED_SHIFT = 208n;
const LIVE_MASK = (1n << MINTED_SHIFT) - 1n;

/** A stored supply taken apart, in points. `minted` is of the word's epoch, spent points included and returned ones not. */
export interface SupplyWord extends Pick<AccountWord, 'buckets' | 'epoch'> {
  readonly minted: bigint;
}

/** The supply of a partner that never minted. */
export const EMPTY_SUPPLY: SupplyWord = { buckets: [0n, 0n, 0n, 0n], epoch: 0, minted: 0n };

/** Takes a stored supply apart; what `supplyWord()` returns has `minted` 0. */
export function decodeSupply(word: bigint): SupplyWord {
  const { buckets, epoch } = decodeWord(word & LIVE_MASK);
  return { buckets, epoch, minted: word >> MINTED_SHIFT };
}

/** Packs a supply as the token stores it. */
export const encodeSupply = ({ buckets, epoch, minted }: SupplyWord): bigint =>
  encodeWord({ buckets, epoch, nextNonce: 0, window: 0 }) | (minted << MINTED_SHIFT);

/** What the token writes down of an epoch when the supply leaves it behind; either is 0 when there is nothing to write. */
export interface EpochRecord {
  readonly epoch: number;
  readonly minted: bigint;
  readonly expired: bigint;
}

/** A supply brought forward, and what is recorded on the way: of the word's own epoch what it minted, of each dead one what was left. */
export function rollSupply(
  supply: SupplyWord,
  clock: EpochClock,
): { readonly supply: SupplyWord; readonly records: EpochRecord[] } {
  if (clock.epoch <= supply.epoch) return { supply, records: [] };
  const records = supply.buckets
    .map((points, index): EpochRecord => {
      const epoch = supply.epoch - (BUCKETS - 1) + index;
      const dead = epoch + clock.validity <= clock.epoch;
      return { epoch, minted: epoch === supply.epoch ? supply.minted : 0n, expired: dead ? points : 0n };
    })
    .filter(({ minted, expired }) => minted > 0n || expired > 0n);
  const { buckets } = rollWord({ ...supply, nextNonce: 0, window: 0 }, clock);
  return { supply: { buckets, epoch: clock.epoch, minted: 0n }, records };
}

/** Mints points into a supply that is rolled to the present. The caller ensures that neither what is live nor what the epoch minted passes `MAX_POINTS`. */
export function mintPoints({ buckets, epoch, minted }: SupplyWord, points: bigint): SupplyWord {
  const [oldest, older, newer, newest] = buckets;
  return { buckets: [oldest, older, newer, newest + points], epoch, minted: minted + points };
}
