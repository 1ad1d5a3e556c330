/** Replays points: every mint, burn and transfer of a token, by the expiry rule. */
import type { Address } from 'viem';
import {
  addPoints,
  balanceAt,
  MAX_POINTS,
  type Spend,
  shiftBuckets,
  spendOfEpoch,
  spendPoints,
} from '../protocol/account-word.ts';
import { mintPoints } from '../protocol/supply-word.ts';
import {
  accountOf,
  type Books,
  clockAt,
  nothingUnexplained,
  type PartnerBook,
  rollBook,
  setAccount,
  supplyAt,
} from './books.ts';
import { type EventPlace, type Placed, ZERO_ADDRESS } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

interface Movement {
  book: PartnerBook;
  from: Address;
  to: Address;
  value: bigint;
  event: EventPlace;
  subject: string;
}

/** Applies a Transfer; a mint or burn stays unexplained until the hub's event for it comes in the same transaction. */
export function replayTransfer(books: Books, event: Placed<'Transfer'>, found: Disagreements): void {
  const book = books.byToken.get(event.token);
  if (!book) return;
  const { from, to, value } = event.args;
  const subject = `${book.name}, block ${event.block}, log ${event.logIndex}`;
  if (value > MAX_POINTS) {
    found.add('points moved at once', subject, { expected: `at most ${MAX_POINTS}`, found: value });
    return;
  }
  const movement: Movement = { book, from, to, value, event, subject };
  const announced = takeAnnounced(movement, found);
  if (announced?.kind === 'restored') restore(movement, announced.taken, found);
  else if (from === ZERO_ADDRESS) mint(movement, found);
  else if (to === ZERO_ADDRESS) burn(movement, found);
  else transfer(movement, announced, found);
  books.touched.add(book);
}

/** What the token said of this Transfer just before it; nothing when it spoke of another one. */
function takeAnnounced({ book, from, to, value, subject }: Movement, found: Disagreements) {
  const { announced } = book;
  book.announced = null;
  if (!announced) return null;
  if (announced.from === from && announced.to === to && announced.value === value) return announced;
  found.add('transfer as announced', subject, {
    expected: `${announced.value} from ${announced.from} to ${announced.to}`,
    found: `${value} from ${from} to ${to}`,
  });
  return null;
}

function mint({ book, to, value, event, subject }: Movement, found: Disagreements): void {
  const clock = clockAt(book, event.timestamp);
  const live = balanceAt(supplyAt(book, clock), clock) + value;
  // Past the cap a bucket would carry into its neighbour, so nothing after this could be compared: the event is named and left out.
  if (live > MAX_POINTS) {
    found.add('live supply', subject, { expected: `at most ${MAX_POINTS}`, found: live });
    return;
  }
  rollBook(book, clock);
  book.supply = mintPoints(book.supply, value);
  setAccount(book, to, addPoints(accountOf(book, to), value, clock));
  book.unexplained.mints.push({ to, points: value });
}

function burn({ book, from, value, event, subject }: Movement, found: Disagreements): void {
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
  shiftSupply(book, spent.taken, { clock, sign: -1n });
  book.unexplained.burns.push({ member: from, points: value, taken: spent.taken });
}

/** Spent points come back to their epochs, of which no more can be live than were minted. */
function restore({ book, to, value, event, subject }: Movement, taken: Spend['taken'], found: Disagreements) {
  const clock = clockAt(book, event.timestamp);
  shiftSupply(book, taken, { clock, sign: 1n });
  book.supply.buckets.forEach((live, index) => {
    const epoch = clock.epoch - 3 + index;
    const minted = index === 3 ? book.supply.minted : (book.epochs.get(epoch)?.minted ?? 0n);
    if (live > minted)
      found.add(`points of epoch ${epoch} that were minted`, subject, { expected: minted, found: live });
  });
  setAccount(book, to, shiftBuckets(accountOf(book, to), taken, { ...clock, sign: 1n }));
  book.unexplained.restores.push({ member: to, points: value, taken });
}

function shiftSupply(
  book: PartnerBook,
  taken: Spend['taken'],
  { clock, sign }: { clock: ReturnType<typeof clockAt>; sign: 1n | -1n },
): void {
  rollBook(book, clock);
  const { buckets } = shiftBuckets(supplyAt(book, clock), taken, { ...clock, sign });
  book.supply = { ...book.supply, buckets };
}

function transfer(
  { book, from, to, value, event, subject }: Movement,
  announced: PartnerBook['announced'],
  found: Disagreements,
): void {
  if (!book.transferable && announced?.kind !== 'moved') {
    found.add('transfer of a brand without transfers (I8)', subject, {
      expected: 'none',
      found: value,
    });
    return;
  }
  const clock = clockAt(book, event.timestamp);
  const account = accountOf(book, from);
  const spent =
    announced?.kind === 'epoch'
      ? spendOfEpoch(account, value, { ...clock, of: announced.epoch })
      : spendPoints(account, value, clock);
  if (!spent) {
    found.add('points transferred (I7)', `${subject}, ${from}`, {
      expected: `at most ${balanceAt(account, clock)}`,
      found: value,
    });
    return;
  }
  setAccount(book, from, spent.word);
  setAccount(book, to, shiftBuckets(accountOf(book, to), spent.taken, { ...clock, sign: 1n }));
  if (announced?.kind === 'moved') book.unexplained.successions.push({ from, to, points: value });
  else book.unexplained.moves.push({ member: from, to, points: value, taken: spent.taken });
}

/** At the end of a transaction nothing may be left that no event of the hub explains (I3, I8). */
export function closeTransaction(books: Books, found: Disagreements): void {
  for (const book of books.touched) {
    const { name, unexplained, announced, unsaid } = book;
    const subject = `${name}, transaction ${books.transaction}`;
    for (const { to, points } of unexplained.mints)
      found.add(`mint without issuance (I3) to ${to}`, subject, { expected: 0, found: points });
    for (const { member, points } of unexplained.burns)
      found.add(`burn without an act (I8) of ${member}`, subject, { expected: 0, found: points });
    for (const { member, points } of unexplained.restores)
      found.add(`points given back without a refund (I3) to ${member}`, subject, {
        expected: 0,
        found: points,
      });
    for (const { from, points } of unexplained.successions)
      found.add(`account moved without a succession (I8), ${from}`, subject, { expected: 0, found: points });
    for (const { member, value } of unexplained.matches)
      found.add(`match without a donation of ${member}`, subject, { expected: 0, found: value });
    if (unexplained.ownBatch)
      found.add('batch that the brand’s key announced', subject, {
        expected: unexplained.ownBatch.number,
        found: 'none',
      });
    if (announced)
      found.add('transfer as announced', subject, { expected: `${announced.value} points`, found: 'none' });
    for (const [epoch, points] of unsaid)
      found.add(`expiry of epoch ${epoch} that the token says`, subject, { expected: points, found: 'none' });
    unsaid.clear();
    book.announced = null;
    Object.assign(unexplained, nothingUnexplained());
  }
  books.touched.clear();
  books.lastAct = null;
}
