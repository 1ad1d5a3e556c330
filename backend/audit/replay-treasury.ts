/** Replays the coalition's own money: the fee, the treasury, and the members' fund. */
import type { Books } from './books.ts';
import type { Placed } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

/** Applies a change of the fee, a withdrawal from the treasury, or a grant to a brand's reserve. */
export function replayTreasury(
  books: Books,
  event: Placed<'FeeChanged' | 'TreasuryWithdrawn' | 'FundGranted'>,
  found: Disagreements,
): void {
  if (event.eventName === 'FeeChanged') {
    books.feeBps = BigInt(event.args.feeBps);
    return;
  }
  const { amount, left } = event.args;
  const subject = `${event.eventName}, block ${event.block}, log ${event.logIndex}`;
  if (event.eventName === 'TreasuryWithdrawn') {
    books.treasury -= amount;
    books.paidOut += amount;
    found.expectSame('treasury after a withdrawal', subject, { expected: books.treasury, found: left });
    return;
  }
  books.membersFund -= amount;
  found.expectSame('members’ fund after a grant', subject, { expected: books.membersFund, found: left });
  const book = books.partners.get(event.args.partner);
  if (!book) {
    found.add('brand of a grant', subject, { expected: 'a known brand', found: event.args.partner });
    return;
  }
  if (book.leaving)
    found.add('grant to a brand that leaves', `${book.name}, ${subject}`, { expected: 0, found: amount });
  book.reserve += amount;
}
