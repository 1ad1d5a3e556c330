/** Replays one event into the books; every law that an event can break is checked as it passes. */
import type { Books } from './books.ts';
import type { PlacedEvent } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';
import { replayAct, replayCancellation, replayGift, replayMatch } from './replay-acts.ts';
import { replayBreakage } from './replay-breakage.ts';
import { replayCharge, replayKeyChange, replaySuccession } from './replay-keys.ts';
import { replayBatch, replayCharity, replayOwnBatch, replayReserve, replayValue } from './replay-money.ts';
import { changePartner, openPartner } from './replay-partner.ts';
import { closeTransaction, replayTransfer } from './replay-points.ts';
import { replayRefund } from './replay-refund.ts';
import { replayToken } from './replay-token.ts';
import { replayTreasury } from './replay-treasury.ts';

export type { PlacedEvent } from './chain-event.ts';

/** Applies an event. Events come in chain order; after the last one the caller closes the transaction. */
export function replayEvent(books: Books, event: PlacedEvent, found: Disagreements): void {
  if (event.transaction !== books.transaction) {
    closeTransaction(books, found);
    books.transaction = event.transaction;
  }
  books.events += 1;
  // What every purchase is made of comes first.
  if (event.eventName === 'Transfer') replayTransfer(books, event, found);
  else if (event.eventName === 'BatchIssued') replayBatch(books, event, found);
  else if (!replayOfPoints(books, event, found)) replayOfMoney(books, event, found);
}

/** Acts, members and tokens. False for any other event. */
function replayOfPoints(books: Books, event: PlacedEvent, found: Disagreements): boolean {
  switch (event.eventName) {
    case 'Redeemed':
    case 'Exchanged':
    case 'Donated':
      replayAct(books, event, found);
      return true;
    case 'DonationMatched':
      replayMatch(books, event, found);
      return true;
    case 'Gifted':
      replayGift(books, event, found);
      return true;
    case 'ActCancelled':
      replayCancellation(books, event, found);
      return true;
    case 'Refunded':
      replayRefund(books, event, found);
      return true;
    case 'AccountSucceeded':
      replaySuccession(books, event, found);
      return true;
    case 'KeyChanged':
      replayKeyChange(books, event, found);
      return true;
    case 'KeyCharged':
      replayCharge(books, event, found);
      return true;
    case 'TransferAtEpoch':
    case 'PointsRestored':
    case 'AccountMoved':
    case 'NonceCancelled':
    case 'PointsExpired':
      replayToken(books, event, found);
      return true;
    default:
      return false;
  }
}

/** Brands, charities, reserves and pots. */
function replayOfMoney(books: Books, event: PlacedEvent, found: Disagreements): void {
  switch (event.eventName) {
    case 'BatchIssuedByKey':
      replayOwnBatch(books, event, found);
      break;
    case 'ReserveDeposited':
    case 'ReserveWithdrawn':
      replayReserve(books, event, found);
      break;
    case 'PointValueScheduled':
    case 'PointValueRaised':
      replayValue(books, event, found);
      break;
    case 'BreakageRecorded':
      replayBreakage(books, event, found);
      break;
    case 'FeeChanged':
    case 'TreasuryWithdrawn':
    case 'FundGranted':
      replayTreasury(books, event, found);
      break;
    case 'CharityAdded':
    case 'CharityPayoutChanged':
    case 'CharitySuspensionSet':
    case 'CharityPaid':
      replayCharity(books, event, found);
      break;
    case 'PartnerAdded':
      openPartner(books, event, found);
      break;
    case 'PartnerAdminChanged':
    case 'CoveragePolicyChanged':
    case 'PartnerHaltSet':
    case 'IssuingKeyChanged':
    case 'MintAllowanceChanged':
    case 'MatchChanged':
    case 'PartnerExitBegun':
    case 'ReserveReleased':
      changePartner(books, event, found);
      break;
    case 'CoalitionHaltSet':
      books.halted = event.args.halted;
      break;
    case 'WithdrawalsHalted':
      books.withdrawalsHaltedUntil = event.args.until;
      break;
    default:
      // Skipped acts, and what the authority says of itself, change no book.
      break;
  }
}
