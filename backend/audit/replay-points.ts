/** Replays points: every mint, burn and transfer of a token, by the expiry rule. */
import type { Address } from 'viem';
import {
  addPoints,
  balanceAt,
  MAX_POINTS,
  rollWord,
  shiftBuckets,
  spendPoints,
} from '../protocol/account-word.ts';
import { accountOf, type Books, clockAt, type PartnerBook, setAccount } from './books.ts';
import { type EventPlace, type TransferEvent, ZERO_ADDRESS } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

/** Applies a Transfer; a mint or burn stays unexplained until the hub's event for it comes in the same transaction. */
export function replayTransfer(books: Books, event: TransferEvent & EventPlace, found: Disagreements): void {
  const book = books.byToken.get(event.token);
  if (!book) return;
  const { from, to, value } = event.args;
  const subject = `${book.name}, block ${event.block}, log ${event.logIndex}`;
  if (value > MAX_POINTS) {
    found.add('points moved at once', subject, { expected: `at most ${MAX_POINTS}`, found: value });
    return;
  }
  if (from === ZERO_ADDRESS) mint(books, { book, to, value, event, subject }, found);
  else if (to === ZERO_ADDRESS) burn(books, { book, from, value, event, subject }, found);
  else transfer({ book, from, to, value, event, subject }, found);
}

interface Movement {
  book: PartnerBook;
  value: bigint;
  event: EventPlace;
  subject: string;
}

function mint(
  books: Books,
  { book, to, value, event, subject }: Movement & { to: Address },
  found: Disagreements,
): void {
  const clock = clockAt(book, event.timestamp);
  const supply = rollWord(book.supply, clock);
  const live = balanceAt(supply, clock) + value;
  // Past the cap a bucket would carry into its neighbour, so nothing after this could be compared: the event is named and left out.
  if (live > MAX_POINTS) {
    found.add('live supply', subject, { expected: `at most ${MAX_POINTS}`, found: live });
    return;
  }
  book.supply = addPoints(supply, value, clock);
  setAccount(book, to, addPoints(accountOf(book, to), value, clock));
  book.unexplained.mints.push({ to, points: value });
  books.touched.add(book);
}

function burn(
  books: Books,
  { book, from, value, event, subject }: Movement & { from: Address },
  found: Disagreements,
): void {
  const clock = clockAt(book, event.timestamp);
  const account = accountOf(book, from);
  const spent = spendPoints(account, value, clock);
  if (!spent) {
    found.add('points spent (I7)', `${subject}, ${from}`, {
      expected: `at most ${balanceAt(account, clock)}`,
      found: value,
    });
    return;
  }
  setAccount(book, from, spent.word);
  book.supply = shiftBuckets(book.supply, spent.taken, { ...clock, sign: -1n });
  book.unexplained.burns.push({ member: from, points: value, taken: spent.taken });
  books.touched.add(book);
}

function transfer(
  { book, from, to, value, event, subject }: Movement & { from: Address; to: Address },
  found: Disagreements,
): void {
  if (!book.transferable) {
    found.add('transfer of a brand without transfers (I8)', subject, {
      expected: 'none',
      found: value,
    });
    return;
  }
  const clock = clockAt(book, event.timestamp);
  const account = accountOf(book, from);
  const spent = spendPoints(account, value, clock);
  if (!spent) {
    found.add('points transferred (I7)', `${subject}, ${from}`, {
      expected: `at most ${balanceAt(account, clock)}`,
      found: value,
    });
    return;
  }
  setAccount(book, from, spent.word);
  setAccount(book, to, shiftBuckets(accountOf(book, to), spent.taken, { ...clock, sign: 1n }));
}

/** At the end of a transaction no mint may be without issuance or exchange, and no burn without a signed act (I3, I8). */
export function closeTransaction(books: Books, found: Disagreements): void {
  for (const { name, unexplained } of books.touched) {
    const subject = `${name}, transaction ${books.transaction}`;
    for (const { to, points } of unexplained.mints)
      found.add(`mint without issuance (I3) to ${to}`, subject, { expected: 0, found: points });
    for (const { member, points } of unexplained.burns)
      found.add(`burn without an act (I8) of ${member}`, subject, { expected: 0, found: points });
    unexplained.mints = [];
    unexplained.burns = [];
  }
  books.touched.clear();
}
