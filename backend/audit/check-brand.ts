/** What must hold of a brand whenever something happens to it. */
import {
  type Books,
  clockAt,
  liabilityOf,
  type PartnerBook,
  requiredUp,
  rollBook,
  supplyAt,
} from './books.ts';
import type { EventPlace } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';
import { availableAt, consume } from './mint-allowance.ts';

/** What is checked: the event, and how findings name it. */
export interface Checked {
  readonly event: EventPlace;
  readonly subject: string;
}

/** After what mints, withdraws or raises values, the reserve is at least what the policy asks for (I6). */
export function checkCoverage(book: PartnerBook, { event, subject }: Checked, found: Disagreements): void {
  const clock = clockAt(book, event.timestamp);
  const required = requiredUp(liabilityOf(book, clock.epoch, supplyAt(book, clock)), book.coverageBps);
  if (book.reserve < required)
    found.add('coverage (I6)', `${book.name}, ${subject}`, {
      expected: `at least ${required}`,
      found: book.reserve,
    });
}

/** Nothing happens at a brand that is halted, or while all are. */
export function checkRunning(
  books: Books,
  { brands, subject }: { brands: readonly PartnerBook[]; subject: string },
  found: Disagreements,
): void {
  if (books.halted)
    found.add('nothing happens during a halt', subject, { expected: 'resumed', found: 'halted' });
  for (const { name, halted } of brands)
    if (halted)
      found.add('nothing happens during a halt', `${subject}, ${name}`, {
        expected: 'resumed',
        found: 'halted',
      });
}

/** The issuer role mints within what the brand allows it, and that is used up by it. */
export function checkAllowance(
  book: PartnerBook,
  { event, subject, points }: Checked & { readonly points: bigint },
  found: Disagreements,
): void {
  const available = availableAt(book.allowance, event.timestamp);
  if (points > available)
    found.add('mint allowance', `${book.name}, ${subject}`, {
      expected: `at most ${available}`,
      found: points,
    });
  book.allowance = consume(book.allowance, points, event.timestamp);
}

/** Epochs up to `through` whose points expired and whose breakage no event has recorded. */
export const unrecordedEpochs = (book: PartnerBook, through: number): number[] =>
  [...book.epochs]
    .filter(([epoch, { expired }]) => expired > 0n && epoch > book.breakage.through && epoch <= through)
    .map(([epoch]) => epoch);

/** Before a brand's free money goes, or its values change, the breakage of every dead epoch is recorded and shared. */
export function checkBreakageRecorded(
  book: PartnerBook,
  { event, subject }: Checked,
  found: Disagreements,
): void {
  const clock = clockAt(book, event.timestamp);
  rollBook(book, clock);
  for (const epoch of unrecordedEpochs(book, clock.epoch - clock.validity))
    found.add('breakage recorded before', `${book.name}, ${subject}`, {
      expected: `that of epoch ${epoch}`,
      found: 'none',
    });
}
