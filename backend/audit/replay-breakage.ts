/** Replays breakage: what each dead epoch freed, and who got a share of it. */
import { valueOfEpoch } from '../protocol/values-word.ts';
import {
  type Books,
  clockAt,
  creditCharity,
  lesser,
  liabilityOf,
  requiredUp,
  rollBook,
  shareDown,
} from './books.ts';
import type { Placed } from './chain-event.ts';
import { unrecordedEpochs } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';

/** Applies a record of breakage: the shares are rounded down, the charity's comes first, and only what is spare is shared. */
export function replayBreakage(books: Books, event: Placed<'BreakageRecorded'>, found: Disagreements): void {
  const { partner, charity, points, freed, toFund, toCharity } = event.args;
  const book = books.partners.get(partner);
  const epoch = Number(event.args.epoch);
  if (!book) {
    found.add('brand of breakage', `epoch ${epoch}`, { expected: 'a known brand', found: partner });
    return;
  }
  const subject = `${book.name}, epoch ${epoch}, block ${event.block}, log ${event.logIndex}`;
  const clock = clockAt(book, event.timestamp);
  rollBook(book, clock);
  const { breakage } = book;
  const [next] = unrecordedEpochs(book, clock.epoch - clock.validity).sort((a, b) => a - b);
  found.expectSame('epoch of breakage', subject, { expected: next ?? 'none', found: epoch });
  found.expectSame('points of breakage', subject, {
    expected: book.epochs.get(epoch)?.expired ?? 0n,
    found: points,
  });
  const worth = points * valueOfEpoch(book.values, epoch);
  found.expectSame('liability freed by breakage', subject, { expected: worth, found: freed });
  const required = requiredUp(liabilityOf(book, clock.epoch), book.coverageBps);
  const spare = book.reserve > required ? book.reserve - required : 0n;
  const forCharity = lesser(shareDown(worth, breakage.charityBps), spare);
  const forFund = lesser(shareDown(worth, breakage.fundBps), spare - forCharity);
  found.expectSame('charity’s share of breakage', subject, { expected: forCharity, found: toCharity });
  found.expectSame('members’ fund’s share of breakage', subject, { expected: forFund, found: toFund });
  found.expectSame('charity of breakage', subject, { expected: breakage.charity, found: charity });

  breakage.through = Math.max(breakage.through, epoch);
  breakage.freed += worth;
  breakage.toFund += forFund;
  breakage.toCharity += forCharity;
  book.reserve -= forFund + forCharity;
  books.membersFund += forFund;
  const account = books.charities.get(breakage.charity);
  if (account && forCharity > 0n) creditCharity(account, partner, forCharity);
}
