/** Replays what brands are and become: their terms, who acts for them, what the operator may mint, and how they leave. */
import { balanceAt } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { EMPTY_SUPPLY } from '../protocol/supply-word.ts';
import { type Books, clockAt, lower, nothingUnexplained, type PartnerBook, supplyAt } from './books.ts';
import { type Placed, ZERO_ADDRESS } from './chain-event.ts';
import { checkBreakageRecorded, checkCoverage } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';
import { changeAllowance, NO_ALLOWANCE } from './mint-allowance.ts';

/** Opens a brand's book. */
export function openPartner(
  books: Books,
  { args, timestamp }: Placed<'PartnerAdded'>,
  found: Disagreements,
): void {
  const { partner, terms } = args;
  const { name, quartersPerEpoch, validity, transferable } = terms;
  found.expectSame('number of a brand', name, { expected: books.partners.size + 1, found: partner });
  if (!isQuartersPerEpoch(quartersPerEpoch)) {
    found.add('quarters per epoch', name, { expected: '1, 2 or 4', found: quartersPerEpoch });
    return;
  }
  const [value, epoch] = [BigInt(terms.value), epochAt(timestamp, quartersPerEpoch)];
  const book: PartnerBook = {
    partner,
    token: lower(args.token),
    name,
    quartersPerEpoch,
    validity,
    transferable,
    admin: args.admin,
    issuingKey: ZERO_ADDRESS,
    coverageBps: BigInt(terms.coverageBps),
    halted: false,
    leaving: false,
    reserve: 0n,
    matchBps: 0n,
    matchBudget: 0n,
    lastBatch: 0n,
    values: { values: [value, value, value, value, value], epoch },
    allowance: NO_ALLOWANCE,
    supply: EMPTY_SUPPLY,
    epochs: new Map(),
    unsaid: new Map(),
    breakage: {
      fundBps: BigInt(terms.fundBps),
      charityBps: BigInt(terms.charityBps),
      charity: terms.breakageCharity,
      through: epoch - 1,
      freed: 0n,
      toFund: 0n,
      toCharity: 0n,
    },
    accounts: new Map(),
    redemptions: new Map(),
    unexplained: nothingUnexplained(),
    announced: null,
  };
  books.partners.set(partner, book);
  books.byToken.set(book.token, book);
}

type Change = Placed<
  | 'PartnerAdminChanged'
  | 'CoveragePolicyChanged'
  | 'PartnerHaltSet'
  | 'IssuingKeyChanged'
  | 'MintAllowanceChanged'
  | 'MatchChanged'
  | 'PartnerExitBegun'
  | 'ReserveReleased'
>;

/** Applies a change of what a brand is. */
export function changePartner(books: Books, event: Change, found: Disagreements): void {
  const book = books.partners.get(event.args.partner);
  if (!book) {
    found.add('brand of an event', event.eventName, { expected: 'a known brand', found: event.args.partner });
    return;
  }
  switch (event.eventName) {
    case 'PartnerAdminChanged':
      book.admin = event.args.admin;
      break;
    case 'CoveragePolicyChanged':
      book.coverageBps = BigInt(event.args.coverageBps);
      break;
    case 'PartnerHaltSet':
      book.halted = event.args.halted;
      break;
    case 'IssuingKeyChanged':
      book.issuingKey = event.args.key;
      break;
    case 'MintAllowanceChanged': {
      const terms = { capacity: BigInt(event.args.capacity), window: event.args.window };
      book.allowance = changeAllowance(book.allowance, terms, event.timestamp);
      break;
    }
    case 'MatchChanged':
      changeMatch(book, event, found);
      break;
    case 'PartnerExitBegun':
      if (book.leaving)
        found.add('exit begun once', book.name, { expected: 'a brand that stays', found: book.name });
      book.leaving = true;
      break;
    default:
      release(books, { book, event }, found);
  }
}

/** A larger budget comes out of what is free of the reserve, a smaller one goes back there. */
function changeMatch(book: PartnerBook, event: Placed<'MatchChanged'>, found: Disagreements): void {
  const subject = `MatchChanged, block ${event.block}, log ${event.logIndex}`;
  const more = event.args.budget - book.matchBudget;
  book.matchBps = BigInt(event.args.matchBps);
  book.matchBudget = event.args.budget;
  book.reserve -= more;
  if (more <= 0n) return;
  if (book.leaving)
    found.add('match of a brand that leaves', `${book.name}, ${subject}`, { expected: 0, found: more });
  checkBreakageRecorded(book, { event, subject }, found);
  checkCoverage(book, { event, subject }, found);
}

/** All money of a brand that has left goes to its admin, when none of its points is live. */
function release(
  books: Books,
  { book, event }: { book: PartnerBook; event: Placed<'ReserveReleased'> },
  found: Disagreements,
): void {
  const subject = `${book.name}, ReserveReleased, block ${event.block}, log ${event.logIndex}`;
  const { to, amount } = event.args;
  const clock = clockAt(book, event.timestamp);
  found.expectSame('exit of a brand that is released', subject, { expected: true, found: book.leaving });
  found.expectSame('live points of a brand that is released', subject, {
    expected: 0n,
    found: balanceAt(supplyAt(book, clock), clock),
  });
  checkBreakageRecorded(book, { event, subject }, found);
  found.expectSame('amount released', subject, { expected: book.reserve + book.matchBudget, found: amount });
  found.expectSame('receiver of what is released', subject, { expected: book.admin, found: to });
  book.reserve = 0n;
  book.matchBudget = 0n;
  books.paidOut += amount;
}
