/** Replays what members did: each act must burn or move what it says, at the issued value, and use a nonce once. */
import type { Address } from 'viem';
import { type AccountWord, decodeWord } from '../protocol/account-word.ts';
import { pointValue, rollValues, valueOfBuckets } from '../protocol/values-word.ts';
import { type Books, clockAt, creditCharity, lesser, lower, type PartnerBook, shareDown } from './books.ts';
import type { EventPlace, Placed } from './chain-event.ts';
import { checkCoverage, checkRunning } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';
import { useNonce } from './replay-token.ts';

type ActEvent = Placed<'Redeemed' | 'Exchanged' | 'Donated'>;

/** Applies an act: checks its burn, nonce and value, and moves its value from the issuer to whom it is owed. */
export function replayAct(books: Books, event: ActEvent, found: Disagreements): void {
  const { issuer: issuerId, amount, value, nonce } = event.args;
  const member = lower(event.args.member);
  const issuer = books.partners.get(issuerId);
  const subject = `${event.eventName} of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  if (!issuer) {
    found.add('issuer of an act', subject, { expected: 'a known brand', found: issuerId });
    return;
  }
  checkRunning(books, { brands: [issuer], subject }, found);
  useNonce(issuer, { member, nonce, subject }, found);
  const taken = explainBurn(issuer, { member, amount, subject }, found);
  const values = rollValues(issuer.values, clockAt(issuer, event.timestamp).epoch);
  if (taken !== null)
    found.expectSame('value of an act (I3)', subject, {
      expected: valueOfBuckets(taken, values),
      found: value,
    });
  if (value === 0n) found.add('value of an act', subject, { expected: 'more than 0', found: 0 });
  books.lastAct = { member, value };

  if (event.eventName === 'Redeemed') {
    const { epoch } = clockAt(issuer, event.timestamp);
    if (taken !== null)
      issuer.redemptions.set(`${member} ${nonce}`, { acceptor: event.args.acceptor, epoch, left: taken });
    if (event.args.acceptor === issuerId) return;
    payAcceptor(books, { event, subject }, found);
  } else if (event.eventName === 'Donated') payCharity(books, { issuer, event, subject }, found);
  else explainExchange(books, { event, subject }, found);
  issuer.reserve -= value;
  if (issuer.reserve < 0n)
    found.add('reserve after an act', subject, { expected: 'at least 0', found: issuer.reserve });
}

/** Between brands the acceptor gets the value but for the fee, which is rounded down in its favour. */
function payAcceptor(
  books: Books,
  { event, subject }: { event: Placed<'Redeemed'>; subject: string },
  found: Disagreements,
): void {
  const acceptor = books.partners.get(event.args.acceptor);
  if (!acceptor) {
    found.add('acceptor of a redemption', subject, { expected: 'a known brand', found: event.args.acceptor });
    return;
  }
  checkRunning(books, { brands: [acceptor], subject }, found);
  const fee = shareDown(event.args.value, books.feeBps);
  acceptor.reserve += event.args.value - fee;
  books.treasury += fee;
}

/** A donation is matched by what the brand declares, as long as its budget lasts. */
function payCharity(
  books: Books,
  { issuer, event, subject }: { issuer: PartnerBook; event: Placed<'Donated'>; subject: string },
  found: Disagreements,
): void {
  const { charity: charityId, member, nonce, value } = event.args;
  const charity = books.charities.get(charityId);
  if (!charity) {
    found.add('charity of a donation', subject, { expected: 'a known charity', found: charityId });
    return;
  }
  if (charity.suspended)
    found.add('donation to a suspended charity', subject, { expected: 'none', found: value });
  const { matches } = issuer.unexplained;
  const index = matches.findIndex(
    (match) => match.member === lower(member) && match.charity === charityId && match.nonce === nonce,
  );
  const [match] = index < 0 ? [] : matches.splice(index, 1);
  const due = shareDown(value, issuer.matchBps);
  const expected = lesser(due, issuer.matchBudget);
  found.expectSame('match of a donation', subject, { expected, found: match?.value ?? 0n });
  issuer.matchBudget -= expected;
  creditCharity(charity, issuer.partner, value + expected);
}

/** Notes what a brand adds to the donation whose event follows. */
export function replayMatch(books: Books, event: Placed<'DonationMatched'>, found: Disagreements): void {
  const { issuer: issuerId, member, charity, nonce, value } = event.args;
  const issuer = books.partners.get(issuerId);
  if (!issuer) {
    found.add('brand of a match', `block ${event.block}`, { expected: 'a known brand', found: issuerId });
    return;
  }
  issuer.unexplained.matches.push({ member: lower(member), charity, nonce, value });
  books.touched.add(issuer);
}

/** A gift moves what it says, with its epochs, and uses its nonce. */
export function replayGift(books: Books, event: Placed<'Gifted'>, found: Disagreements): void {
  const { issuer: issuerId, amount, nonce } = event.args;
  const [member, recipient] = [lower(event.args.member), lower(event.args.recipient)];
  const issuer = books.partners.get(issuerId);
  const subject = `Gifted of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  if (!issuer) {
    found.add('issuer of an act', subject, { expected: 'a known brand', found: issuerId });
    return;
  }
  checkRunning(books, { brands: [issuer], subject }, found);
  useNonce(issuer, { member, nonce, subject }, found);
  const { moves } = issuer.unexplained;
  const index = moves.findIndex(
    (move) => move.member === member && move.to === recipient && move.points === amount,
  );
  const [move] = index < 0 ? [] : moves.splice(index, 1);
  if (!move) {
    found.add('gift without its transfer (I3)', subject, { expected: amount, found: 0 });
    return;
  }
  const values = rollValues(issuer.values, clockAt(issuer, event.timestamp).epoch);
  books.lastAct = { member, value: valueOfBuckets(move.taken, values) };
}

/** A cancellation moves nothing; the token has said that the nonce is used up. */
export function replayCancellation(books: Books, event: Placed<'ActCancelled'>, found: Disagreements): void {
  const { issuer: issuerId, nonce } = event.args;
  const member = lower(event.args.member);
  const issuer = books.partners.get(issuerId);
  const subject = `ActCancelled of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  if (!issuer) {
    found.add('issuer of an act', subject, { expected: 'a known brand', found: issuerId });
    return;
  }
  checkRunning(books, { brands: [issuer], subject }, found);
  if (isOpen(decodeWord(issuer.accounts.get(member) ?? 0n), nonce))
    found.add('nonce of a cancelled act (I4)', subject, { expected: `${nonce} used`, found: 'open' });
  books.lastAct = { member, value: 0n };
}

const isOpen = ({ nextNonce, window }: AccountWord, nonce: number): boolean =>
  nonce >= nextNonce || (nextNonce - 1 - nonce < 16 && ((window >> (nextNonce - 1 - nonce)) & 1) === 0);

/** Finds the burn that an act explains. Returns what it took by bucket, or null without one. */
function explainBurn(
  issuer: PartnerBook,
  { member, amount, subject }: { member: Address; amount: bigint; subject: string },
  found: Disagreements,
) {
  const index = issuer.unexplained.burns.findIndex(
    (burn) => burn.member === member && burn.points === amount,
  );
  const [burn] = index < 0 ? [] : issuer.unexplained.burns.splice(index, 1);
  if (burn) return burn.taken;
  found.add('act without its burn (I3)', subject, { expected: amount, found: 0 });
  return null;
}

/** An exchange mints what its value buys at the target's current point value, rounded down in favour of the target's reserve. */
function explainExchange(
  books: Books,
  { event, subject }: { event: Placed<'Exchanged'> & EventPlace; subject: string },
  found: Disagreements,
): void {
  const { member, target: targetId, value, received } = event.args;
  const target = books.partners.get(targetId);
  if (!target) {
    found.add('target of an exchange', subject, { expected: 'a known brand', found: targetId });
    return;
  }
  checkRunning(books, { brands: [target], subject }, found);
  if (target.leaving)
    found.add('points of a brand that leaves', subject, { expected: 'none', found: received });
  target.reserve += value;
  const { epoch } = clockAt(target, event.timestamp);
  const price = pointValue(target.values, { epoch, pointEpoch: epoch });
  found.expectSame('points received in an exchange (I3)', subject, {
    expected: price > 0n ? value / price : 0n,
    found: received,
  });
  const { mints } = target.unexplained;
  const index = mints.findIndex(({ to, points }) => to === lower(member) && points === received);
  if (index < 0) found.add('exchange without its mint', subject, { expected: received, found: 0 });
  else mints.splice(index, 1);
  checkCoverage(target, { event, subject }, found);
}
