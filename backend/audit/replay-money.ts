/** Replays money and issuance: reserves, coverage, point values, batch numbers, charities' accounts. */

import { rollWord } from '../protocol/account-word.ts';
import { epochStart } from '../protocol/epochs.ts';
import { pointValue, rollValues } from '../protocol/values-word.ts';
import { type Books, clockAt, liabilityOf, type PartnerBook, requiredUp } from './books.ts';
import type { EventPlace, HubEvent } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

type Placed<Name extends HubEvent['eventName']> = Extract<HubEvent, { eventName: Name }> & EventPlace;

/** Notice for a lower point value: seconds before its first epoch begins. */
const VALUE_NOTICE = 30 * 86_400;

/** After what mints, withdraws or raises values, the reserve is at least what the policy asks for (I6). */
export function checkCoverage(
  book: PartnerBook,
  { event, subject }: { event: EventPlace; subject: string },
  found: Disagreements,
): void {
  const clock = clockAt(book, event.timestamp);
  const required = requiredUp(liabilityOf(book, clock.epoch, rollWord(book.supply, clock)), book.coverageBps);
  if (book.reserve < required)
    found.add('coverage (I6)', `${book.name}, ${subject}`, {
      expected: `at least ${required}`,
      found: book.reserve,
    });
}

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
  checkCoverage(book, { event, subject }, found);
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
  book.reserve += event.eventName === 'ReserveDeposited' ? event.args.amount : -event.args.amount;
  found.expectSame('reserve after an event', `${book.name}, ${subject}`, {
    expected: book.reserve,
    found: event.args.reserve,
  });
  if (event.eventName === 'ReserveWithdrawn') checkCoverage(book, { event, subject }, found);
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
  event: Placed<'CharityAdded' | 'CharityPayoutChanged' | 'CharityPaid'>,
  found: Disagreements,
): void {
  const { charity, payout } = event.args;
  if (event.eventName === 'CharityAdded') {
    found.expectSame('number of a charity', event.args.name, {
      expected: books.charities.size + 1,
      found: charity,
    });
    books.charities.set(charity, { charity, name: event.args.name, payout, payable: 0n });
    return;
  }
  const book = books.charities.get(charity);
  if (!book) {
    found.add('charity of an event', event.eventName, { expected: 'a known charity', found: charity });
    return;
  }
  if (event.eventName === 'CharityPayoutChanged') {
    book.payout = payout;
    return;
  }
  found.expectSame('payout of a charity', book.name, { expected: book.payout, found: payout });
  found.expectSame('amount paid to a charity', book.name, {
    expected: book.payable,
    found: event.args.amount,
  });
  book.payable -= event.args.amount;
}
