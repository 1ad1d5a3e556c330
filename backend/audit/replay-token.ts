/** Replays what a token tells besides its Transfers. */
import type { Address } from 'viem';
import { balanceAt, closeAccount, decodeWord, markNonce, nonceState } from '../protocol/account-word.ts';
import { accountOf, type Books, clockAt, lower, type PartnerBook, rollBook, setAccount } from './books.ts';
import { type Placed, ZERO_ADDRESS } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

type Event = Placed<
  'TransferAtEpoch' | 'PointsRestored' | 'AccountMoved' | 'NonceCancelled' | 'PointsExpired'
>;

/** Applies what speaks of the Transfer that follows, of nonces, or of points that died. */
export function replayToken(books: Books, event: Event, found: Disagreements): void {
  const book = books.byToken.get(event.token);
  if (!book) return;
  books.touched.add(book);
  const subject = `${book.name}, block ${event.block}, log ${event.logIndex}`;
  switch (event.eventName) {
    case 'TransferAtEpoch': {
      const { from, to, value, epoch } = event.args;
      book.announced = { kind: 'epoch', from: lower(from), to: lower(to), value, epoch: Number(epoch) };
      break;
    }
    case 'PointsRestored': {
      const { buckets: taken, epoch } = decodeWord(event.args.buckets);
      const now = clockAt(book, event.timestamp).epoch;
      found.expectSame('epoch of points given back', subject, { expected: now, found: epoch });
      const value = taken.reduce((sum, points) => sum + points, 0n);
      const to = lower(event.args.account);
      book.announced = { kind: 'restored', from: ZERO_ADDRESS, to, value, taken };
      break;
    }
    case 'AccountMoved':
      moveAccount(book, event, subject, found);
      break;
    case 'NonceCancelled':
      useNonce(book, { member: lower(event.args.account), nonce: Number(event.args.nonce), subject }, found);
      break;
    default:
      expire(book, event, subject, found);
  }
}

/** Uses up an act nonce: each acts or is cancelled once (I4). */
export function useNonce(
  book: PartnerBook,
  { member, nonce, subject }: { member: Address; nonce: number; subject: string },
  found: Disagreements,
): void {
  const account = accountOf(book, member);
  const state = nonceState(account, nonce);
  if (state === 'free') setAccount(book, member, markNonce(account, nonce));
  else
    found.add('act nonce acts once (I4)', `${subject}, nonce ${nonce}`, { expected: 'free', found: state });
}

/** A closed account holds nothing, and none of its nonces is open. */
function moveAccount(
  book: PartnerBook,
  { args, timestamp }: Placed<'AccountMoved'>,
  subject: string,
  found: Disagreements,
): void {
  const [from, to] = [lower(args.from), lower(args.to)];
  const account = accountOf(book, from);
  const held = balanceAt(account, clockAt(book, timestamp));
  found.expectSame('points of an account that moves', `${subject}, ${from}`, {
    expected: held,
    found: args.amount,
  });
  setAccount(book, from, closeAccount(account));
  book.announced = { kind: 'moved', from, to, value: args.amount };
}

function expire(
  book: PartnerBook,
  { args, timestamp }: Placed<'PointsExpired'>,
  subject: string,
  found: Disagreements,
): void {
  rollBook(book, clockAt(book, timestamp));
  const epoch = Number(args.epoch);
  found.expectSame(`points of epoch ${epoch} that expired`, subject, {
    expected: book.unsaid.get(epoch) ?? 0n,
    found: args.points,
  });
  book.unsaid.delete(epoch);
}
