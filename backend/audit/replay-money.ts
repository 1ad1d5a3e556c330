/** Replays money and issuance: reserves, point values, batch numbers, charities' accounts. */
import { balanceAt } from '../protocol/account-word.ts';
import { epochStart } from '../protocol/epochs.ts';
import { pointValue, rollValues } from '../protocol/values-word.ts';
import { type Books, clockAt, type PartnerBook, supplyAt } from './books.ts';
import type { Placed } from './chain-event.ts';
import { checkAllowance, checkBreakageRecorded, checkCoverage, checkRunning } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';

/** Notice for a lower point value: seconds before its first epoch begins. */
const VALUE_NOTICE = 30 * 86_400;

/** Applies a batch: the next number of its brand, and exactly the mints that came before it. */
export function replayBatch(books: Books, event: Placed<'BatchIssued'>, found: Disagreements): void {
  const { number, members, points } = event.args;
  const book = books.partners.get(event.args.partner);
  const subject = `batch ${number} of brand ${event.args.partner}`;
  if (!book) {
    found.add('brand of a batch', subject, { expected: 'a known brand', found: event.args.partner });
    return;
  }
  found.expectSame('batch number mints once (I4)', subject, { expected: book.lastBatch + 1n, found: number });
  book.lastBatch = BigInt(number);
  const { mints } = book.unexplained;
  found.expectSame('members of a batch', subject, { expected: mints.length, found: members });
  found.expectSame('points of a batch', subject, {
    expected: mints.reduce((sum, mint) => sum + mint.points, 0n),
    found: points,
  });
  book.unexplained.mints = [];
  if (book.leaving) found.add('points of a brand that leaves', subject, { expected: 'none', found: points });
  checkRunning(books, { brands: [book], subject }, found);
  checkIssuer(book, { event, subject }, found);
  checkCoverage(book, { event, subject }, found);
}

/** The issuer role mints within what the brand allows it; the brand's own key is not counted. */
function checkIssuer(
  book: PartnerBook,
  { event, subject }: { event: Placed<'BatchIssued'>; subject: string },
  found: Disagreements,
): void {
  const { ownBatch } = book.unexplained;
  book.unexplained.ownBatch = null;
  if (ownBatch) {
    found.expectSame('batch that the brand’s key announced', subject, {
      expected: ownBatch.number,
      found: event.args.number,
    });
    found.expectSame('key of a batch', subject, { expected: book.issuingKey, found: ownBatch.key });
    return;
  }
  checkAllowance(book, { event, subject, points: event.args.points }, found);
}

/** Notes that the batch whose event follows is issued by the brand's own key. */
export function replayOwnBatch(books: Books, event: Placed<'BatchIssuedByKey'>, found: Disagreements): void {
  const { partner, number, key } = event.args;
  const book = books.partners.get(partner);
  if (!book) {
    found.add('brand of a batch', `batch ${number}`, { expected: 'a known brand', found: partner });
    return;
  }
  book.unexplained.ownBatch = { number: BigInt(number), key };
  books.touched.add(book);
}

/** Applies a deposit or a withdrawal. The event carries the reserve after it. */
export function replayReserve(
  books: Books,
  event: Placed<'ReserveDeposited' | 'ReserveWithdrawn'>,
  found: Disagreements,
): void {
  const book = books.partners.get(event.args.partner);
  const subject = `${event.eventName}, block ${event.block}, log ${event.logIndex}`;
  if (!book) {
    found.add('brand of a reserve', subject, { expected: 'a known brand', found: event.args.partner });
    return;
  }
  const { amount } = event.args;
  if (event.eventName === 'ReserveDeposited') {
    book.reserve += amount;
    books.paidIn += amount;
  } else {
    book.reserve -= amount;
    books.paidOut += amount;
    checkBreakageRecorded(book, { event, subject }, found);
  }
  found.expectSame('reserve after an event', `${book.name}, ${subject}`, {
    expected: book.reserve,
    found: event.args.reserve,
  });
  if (event.eventName === 'ReserveDeposited') return;
  checkCoverage(book, { event, subject }, found);
  const clock = clockAt(book, event.timestamp);
  const live = balanceAt(supplyAt(book, clock), clock);
  if (book.leaving && live > 0n)
    found.add('reserve of a brand that leaves', `${book.name}, ${subject}`, {
      expected: `held for ${live} points`,
      found: `${amount} withdrawn`,
    });
}

/** Applies a change of point values: of the next epoch on with notice for a lower one, of a live epoch only upwards (I5). */
export function replayValue(
  books: Books,
  event: Placed<'PointValueScheduled' | 'PointValueRaised'>,
  found: Disagreements,
): void {
  const book = books.partners.get(event.args.partner);
  const subject = `${event.eventName}, block ${event.block}, log ${event.logIndex}`;
  if (!book) {
    found.add('brand of a point value', subject, {
      expected: 'a known brand',
      found: event.args.partner,
    });
    return;
  }
  checkBreakageRecorded(book, { event, subject }, found);
  const { epoch, validity } = clockAt(book, event.timestamp);
  const pointEpoch = Number(event.args.epoch);
  const value = BigInt(event.args.value);
  const old = pointValue(book.values, { epoch, pointEpoch });
  const [a, b, c, d, next] = rollValues(book.values, epoch).values;
  if (event.eventName === 'PointValueScheduled') {
    found.expectSame('epoch of a scheduled value', `${book.name}, ${subject}`, {
      expected: epoch + 1,
      found: pointEpoch,
    });
    const latest = epochStart(epoch + 1, book.quartersPerEpoch) - VALUE_NOTICE;
    if (value < old && event.timestamp > latest) {
      found.add('notice of a lower point value', `${book.name}, ${subject}`, {
        expected: `by ${latest}`,
        found: event.timestamp,
      });
    }
    book.values = { epoch, values: [a, b, c, d, value] };
    return;
  }
  const live = pointEpoch <= epoch && epoch < pointEpoch + validity;
  if (!live) {
    found.add('epoch of a raised value', `${book.name}, ${subject}`, {
      expected: `live in ${epoch}`,
      found: pointEpoch,
    });
    return;
  }
  if (value <= old)
    found.add('issued epochs keep their value (I5)', `${book.name}, ${subject}`, {
      expected: `above ${old}`,
      found: value,
    });
  const raise = (current: bigint, age: number) => (epoch - pointEpoch === age ? value : current);
  book.values = { epoch, values: [raise(a, 3), raise(b, 2), raise(c, 1), raise(d, 0), next] };
  checkCoverage(book, { event, subject }, found);
}

/** Applies what happens to a charity's account besides donations. */
export function replayCharity(
  books: Books,
  event: Placed<'CharityAdded' | 'CharityPayoutChanged' | 'CharitySuspensionSet' | 'CharityPaid'>,
  found: Disagreements,
): void {
  const { charity } = event.args;
  if (event.eventName === 'CharityAdded') {
    const { name, payout } = event.args;
    found.expectSame('number of a charity', name, { expected: books.charities.size + 1, found: charity });
    const empty = { payable: 0n, suspended: false, donated: new Map<number, bigint>() };
    books.charities.set(charity, { charity, name, payout, ...empty });
    return;
  }
  const book = books.charities.get(charity);
  if (!book) {
    found.add('charity of an event', event.eventName, { expected: 'a known charity', found: charity });
    return;
  }
  if (event.eventName === 'CharityPayoutChanged') {
    book.payout = event.args.payout;
    return;
  }
  if (event.eventName === 'CharitySuspensionSet') {
    book.suspended = event.args.suspended;
    return;
  }
  const { payout, amount } = event.args;
  found.expectSame('payout of a charity', book.name, { expected: book.payout, found: payout });
  found.expectSame('amount paid to a charity', book.name, { expected: book.payable, found: amount });
  book.payable -= amount;
  books.paidOut += amount;
}
