/** The conservation laws that hold over the books as a whole, at the end of the replay. */
import { decodeWord, type EpochClock, rollWord } from '../protocol/account-word.ts';
import { type Books, clockAt, type PartnerBook, supplyAt } from './books.ts';
import type { Disagreements } from './disagreements.ts';

/** Checks I1 for every brand and I2 over all, at an instant in Unix seconds. `held` is the coalition's stablecoin in µUSD. */
export function checkLaws(
  books: Books,
  { timestamp, held }: { timestamp: number; held: bigint },
  found: Disagreements,
): void {
  let owed = books.treasury + books.membersFund;
  for (const book of books.partners.values()) {
    checkSupply(book, clockAt(book, timestamp), found);
    owed += book.reserve + book.matchBudget;
  }
  for (const { payable } of books.charities.values()) owed += payable;
  found.expectSame('money paid in and not out (I2)', 'coalition', {
    expected: books.paidIn - books.paidOut,
    found: owed,
  });
  if (held < owed)
    found.add('stablecoin held (I2)', 'coalition', { expected: `at least ${owed}`, found: held });
}

/** Σ live balances = live supply, per epoch (I1). */
function checkSupply(book: PartnerBook, clock: EpochClock, found: Disagreements): void {
  const sums = [0n, 0n, 0n, 0n];
  for (const word of book.accounts.values()) {
    rollWord(decodeWord(word), clock).buckets.forEach((points, index) => {
      sums[index] = (sums[index] ?? 0n) + points;
    });
  }
  supplyAt(book, clock).buckets.forEach((points, index) => {
    const epoch = clock.epoch - 3 + index;
    found.expectSame(`sum of balances of epoch ${epoch} (I1)`, book.name, {
      expected: points,
      found: sums[index],
    });
  });
}
