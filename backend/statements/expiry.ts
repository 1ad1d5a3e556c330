/** What a brand's points come to at an instant, and what has expired on the way there. */
import { decodeWord, type EpochClock, liveLots } from '../protocol/account-word.ts';
import { epochAt, expiresAt, type QuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, pointValue, valueOfEpoch } from '../protocol/values-word.ts';

/** A brand's calendar. */
export interface Terms {
  readonly quartersPerEpoch: QuartersPerEpoch;
  readonly validity: number;
}

/** Its words as the hub left them, and when that was, in Unix seconds. */
export interface Words {
  readonly supplyWord: bigint;
  readonly valuesWord: bigint;
  readonly timestamp: number;
}

/** Points of an epoch that died, with their value, at an instant. */
export interface Expiry {
  readonly at: number;
  readonly points: bigint;
  readonly value: bigint;
}

const clockAt = (at: number, { quartersPerEpoch, validity }: Terms): EpochClock => ({
  epoch: epochAt(at, quartersPerEpoch),
  validity,
});

/** Epochs that were live when the words were written and are dead at `until`, the oldest first. */
export function expiriesUntil(words: Words, terms: Terms, until: number): Expiry[] {
  const { epoch } = clockAt(until, terms);
  const values = decodeValues(words.valuesWord);
  return liveLots(decodeWord(words.supplyWord), clockAt(words.timestamp, terms))
    .filter((lot) => lot.epoch + terms.validity <= epoch)
    .map((lot) => ({
      at: expiresAt(lot.epoch, terms),
      points: lot.points,
      value: lot.points * valueOfEpoch(values, lot.epoch),
    }));
}

/** Live points and what they are worth at an instant, as the hub's own views say. */
export function worthAt(
  { supplyWord, valuesWord }: Pick<Words, 'supplyWord' | 'valuesWord'>,
  terms: Terms,
  at: number,
): { points: bigint; liability: bigint } {
  const clock = clockAt(at, terms);
  const values = decodeValues(valuesWord);
  const lots = liveLots(decodeWord(supplyWord), clock);
  return {
    points: lots.reduce((sum, lot) => sum + lot.points, 0n),
    liability: lots.reduce(
      (sum, lot) => sum + lot.points * pointValue(values, { epoch: clock.epoch, pointEpoch: lot.epoch }),
      0n,
    ),
  };
}
