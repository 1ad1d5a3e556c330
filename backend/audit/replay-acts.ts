/** Replays what members did: each act must burn what it says, at the issued value, and use a nonce once. */
import type { Address } from 'viem';
import { markNonce, nonceState } from '../protocol/account-word.ts';
import { pointValue, rollValues, valueOfBuckets } from '../protocol/values-word.ts';
import { accountOf, type Books, clockAt, type PartnerBook, setAccount } from './books.ts';
import type { EventPlace, HubEvent } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';
import { checkCoverage } from './replay-money.ts';

type ActEvent = Extract<HubEvent, { eventName: 'Redeemed' | 'Exchanged' | 'Donated' }>;

/** Applies an act: checks its burn, nonce and value, and moves its value from the issuer to whom it is owed. */
export function replayAct(books: Books, event: ActEvent & EventPlace, found: Disagreements): void {
  const { issuer: issuerId, member, amount, value, nonce } = event.args;
  const issuer = books.partners.get(issuerId);
  const subject = `${event.eventName} of ${member}, block ${event.block}, log ${event.logIndex}`;
  if (!issuer) {
    found.add('issuer of an act', subject, { expected: 'a known brand', found: issuerId });
    return;
  }
  spendNonce(issuer, { member: member.toLowerCase() as Address, nonce, subject }, found);
  const worth = explainBurn(
    issuer,
    { member: member.toLowerCase() as Address, amount, event, subject },
    found,
  );
  if (worth !== null) found.expectSame('value of an act (I3)', subject, { expected: worth, found: value });
  if (value === 0n) found.add('value of an act', subject, { expected: 'more than 0', found: 0 });

  if (event.eventName === 'Redeemed') {
    if (event.args.acceptor === issuerId) return;
    const acceptor = books.partners.get(event.args.acceptor);
    if (acceptor) acceptor.reserve += value;
    else
      found.add('acceptor of a redemption', subject, {
        expected: 'a known brand',
        found: event.args.acceptor,
      });
  } else if (event.eventName === 'Donated') {
    const charity = books.charities.get(event.args.charity);
    if (charity) charity.payable += value;
    else
      found.add('charity of a donation', subject, { expected: 'a known charity', found: event.args.charity });
  } else {
    explainExchange(books, { event, subject }, found);
  }
  issuer.reserve -= value;
  if (issuer.reserve < 0n)
    found.add('reserve after an act', subject, { expected: 'at least 0', found: issuer.reserve });
}

function spendNonce(
  issuer: PartnerBook,
  { member, nonce, subject }: { member: Address; nonce: number; subject: string },
  found: Disagreements,
) {
  const account = accountOf(issuer, member);
  const state = nonceState(account, nonce);
  if (state === 'free') setAccount(issuer, member, markNonce(account, nonce));
  else
    found.add('act nonce acts once (I4)', `${subject}, nonce ${nonce}`, { expected: 'free', found: state });
}

/** Finds the burn that an act explains. Returns what it was worth in µUSD by the values of its epochs, or null without one. */
function explainBurn(
  issuer: PartnerBook,
  { member, amount, event, subject }: { member: Address; amount: bigint; event: EventPlace; subject: string },
  found: Disagreements,
): bigint | null {
  const index = issuer.unexplained.burns.findIndex(
    (burn) => burn.member === member && burn.points === amount,
  );
  const [burn] = index < 0 ? [] : issuer.unexplained.burns.splice(index, 1);
  if (!burn) {
    found.add('act without its burn (I3)', subject, { expected: amount, found: 0 });
    return null;
  }
  return valueOfBuckets(burn.taken, rollValues(issuer.values, clockAt(issuer, event.timestamp).epoch));
}

/** An exchange mints what its value buys at the target's current point value, rounded down in favour of the target's reserve. */
function explainExchange(
  books: Books,
  { event, subject }: { event: Extract<ActEvent, { eventName: 'Exchanged' }> & EventPlace; subject: string },
  found: Disagreements,
): void {
  const { member, target: targetId, value, received } = event.args;
  const target = books.partners.get(targetId);
  if (!target) {
    found.add('target of an exchange', subject, { expected: 'a known brand', found: targetId });
    return;
  }
  target.reserve += value;
  const { epoch } = clockAt(target, event.timestamp);
  const price = pointValue(target.values, { epoch, pointEpoch: epoch });
  found.expectSame('points received in an exchange (I3)', subject, {
    expected: price > 0n ? value / price : 0n,
    found: received,
  });
  const { mints } = target.unexplained;
  const index = mints.findIndex(({ to, points }) => to === member.toLowerCase() && points === received);
  if (index < 0) found.add('exchange without its mint', subject, { expected: received, found: 0 });
  else mints.splice(index, 1);
  checkCoverage(target, { event, subject }, found);
}
