/** Replays one event into the books; every law that an event can break is checked as it passes. */
import type { Address } from 'viem';
import { EMPTY_WORD } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import type { Books, PartnerBook } from './books.ts';
import type { EventPlace, HubEvent, TransferEvent } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';
import { replayAct } from './replay-acts.ts';
import { replayBatch, replayCharity, replayReserve, replayValue } from './replay-money.ts';
import { closeTransaction, replayTransfer } from './replay-points.ts';

/** An event where it happened. */
export type PlacedEvent = (HubEvent | TransferEvent) & EventPlace;

/** Applies an event. Events come in chain order; after the last one the caller closes the transaction. */
export function replayEvent(books: Books, event: PlacedEvent, found: Disagreements): void {
  if (event.transaction !== books.transaction) {
    closeTransaction(books, found);
    books.transaction = event.transaction;
  }
  books.events += 1;
  switch (event.eventName) {
    case 'Transfer':
      replayTransfer(books, event, found);
      break;
    case 'BatchIssued':
      replayBatch(books, event, found);
      break;
    case 'Redeemed':
    case 'Exchanged':
    case 'Donated':
      replayAct(books, event, found);
      break;
    case 'ReserveDeposited':
    case 'ReserveWithdrawn':
      replayReserve(books, event, found);
      break;
    case 'PointValueScheduled':
    case 'PointValueRaised':
      replayValue(books, event, found);
      break;
    case 'CharityAdded':
    case 'CharityPayoutChanged':
    case 'CharityPaid':
      replayCharity(books, event, found);
      break;
    case 'PartnerAdded':
      openPartner(books, event, found);
      break;
    case 'PartnerAdminChanged':
      changePartner(books, event.args.partner, { admin: event.args.admin }, found);
      break;
    case 'CoveragePolicyChanged':
      changePartner(books, event.args.partner, { coverageBps: BigInt(event.args.coverageBps) }, found);
      break;
    case 'PartnerHaltSet':
      changePartner(books, event.args.partner, { halted: event.args.halted }, found);
      break;
    default:
      // Skipped acts and halts of the whole coalition change no book.
      break;
  }
}

function openPartner(
  books: Books,
  { args, timestamp }: Extract<PlacedEvent, { eventName: 'PartnerAdded' }>,
  found: Disagreements,
): void {
  const { partner, name, quartersPerEpoch, validity, transferable } = args;
  found.expectSame('number of a brand', name, { expected: books.partners.size + 1, found: partner });
  if (!isQuartersPerEpoch(quartersPerEpoch)) {
    found.add('quarters per epoch', name, { expected: '1, 2 or 4', found: quartersPerEpoch });
    return;
  }
  const value = BigInt(args.value);
  const book: PartnerBook = {
    partner,
    token: args.token.toLowerCase() as Address,
    name,
    quartersPerEpoch,
    validity,
    transferable,
    admin: args.admin,
    coverageBps: BigInt(args.coverageBps),
    halted: false,
    reserve: 0n,
    lastBatch: 0n,
    values: { values: [value, value, value, value, value], epoch: epochAt(timestamp, quartersPerEpoch) },
    supply: EMPTY_WORD,
    accounts: new Map(),
    unexplained: { mints: [], burns: [] },
  };
  books.partners.set(partner, book);
  books.byToken.set(book.token, book);
}

function changePartner(
  books: Books,
  partner: number,
  change: Partial<Pick<PartnerBook, 'admin' | 'coverageBps' | 'halted'>>,
  found: Disagreements,
): void {
  const book = books.partners.get(partner);
  if (book) Object.assign(book, change);
  else
    found.add('brand of an event', Object.keys(change).join(), { expected: 'a known brand', found: partner });
}
