/** Replays refunds: each gives back no more than a redemption took, to its epochs, and the acceptor pays for it. */
import { decodeWord, rollWord } from '../protocol/account-word.ts';
import { pointValue, rollValues, valueOfBuckets } from '../protocol/values-word.ts';
import { type Books, clockAt, lower, type PartnerBook } from './books.ts';
import type { Placed } from './chain-event.ts';
import { checkAllowance, checkCoverage, checkRunning } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';

/** Applies a refund. */
export function replayRefund(books: Books, event: Placed<'Refunded'>, found: Disagreements): void {
  const { issuer: issuerId, acceptor: acceptorId, id, points, value } = event.args;
  const [issuer, acceptor] = [books.partners.get(issuerId), books.partners.get(acceptorId)];
  const subject = `Refunded of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  if (!issuer || !acceptor) {
    found.add('brands of a refund', subject, {
      expected: 'known brands',
      found: `${issuerId} and ${acceptorId}`,
    });
    return;
  }
  checkRunning(books, { brands: [...new Set([issuer, acceptor])], subject }, found);
  const name = `${acceptorId} ${id}`;
  if (books.refunds.has(name))
    found.add('refund id counts once (I4)', subject, { expected: 'a new id', found: id });
  books.refunds.add(name);
  checkRestored(issuer, { event, subject }, found);
  checkRedemption(issuer, { event, subject }, found);
  useAllowance(acceptor, { event, subject }, found);
  if (acceptor !== issuer) {
    acceptor.reserve -= value;
    issuer.reserve += value;
    if (acceptor.reserve < 0n)
      found.add('reserve after a refund', subject, { expected: 'at least 0', found: acceptor.reserve });
    checkCoverage(acceptor, { event, subject }, found);
  }
  if (points === 0n) found.add('points of a refund', subject, { expected: 'more than 0', found: 0 });
  checkCoverage(issuer, { event, subject }, found);
}

/** What the issuer role gives back counts as if the acceptor's own points of that worth, rounded up, were minted. */
function useAllowance(acceptor: PartnerBook, { event, subject }: Refund, found: Disagreements): void {
  const by = lower(event.args.by);
  if (by === lower(acceptor.admin) || by === lower(acceptor.issuingKey)) return;
  const { epoch } = clockAt(acceptor, event.timestamp);
  const price = pointValue(acceptor.values, { epoch, pointEpoch: epoch });
  const points = price > 0n ? (event.args.value + price - 1n) / price : 0n;
  checkAllowance(acceptor, { event, subject, points }, found);
}

interface Refund {
  readonly event: Placed<'Refunded'>;
  readonly subject: string;
}

/** The token has given back what of the refund's points is still live, and that is what they are worth. */
function checkRestored(issuer: PartnerBook, { event, subject }: Refund, found: Disagreements): void {
  const { member, buckets, points, value } = event.args;
  const clock = clockAt(issuer, event.timestamp);
  const { restores } = issuer.unexplained;
  const index = restores.findIndex(
    (restore) => restore.member === lower(member) && restore.points === points,
  );
  const [restored] = index < 0 ? [] : restores.splice(index, 1);
  if (!restored) {
    found.add('refund without its points (I3)', subject, { expected: points, found: 0 });
    return;
  }
  found.expectSame('points given back by epoch', subject, {
    expected: rollWord(decodeWord(buckets), clock).buckets.join(),
    found: restored.taken.join(),
  });
  found.expectSame('value of a refund (I3)', subject, {
    expected: valueOfBuckets(restored.taken, rollValues(issuer.values, clock.epoch)),
    found: value,
  });
}

/** The contract can't know the redemption that a refund takes back; the events do. */
function checkRedemption(issuer: PartnerBook, { event, subject }: Refund, found: Disagreements): void {
  const { member, acceptor, nonce, buckets } = event.args;
  const redemption = issuer.redemptions.get(`${lower(member)} ${nonce}`);
  if (!redemption || redemption.acceptor !== acceptor) {
    found.add('redemption of a refund', subject, {
      expected: `one at brand ${acceptor} with nonce ${nonce}`,
      found: redemption ? `one at brand ${redemption.acceptor}` : 'none',
    });
    return;
  }
  const given = decodeWord(buckets);
  const left = [...redemption.left];
  given.buckets.forEach((points, index) => {
    if (points === 0n) return;
    const at = index + given.epoch - redemption.epoch;
    const most = left[at] ?? 0n;
    if (points > most)
      found.add(`points of epoch ${given.epoch - 3 + index} that the redemption took`, subject, {
        expected: `at most ${most}`,
        found: points,
      });
    else left[at] = most - points;
  });
  redemption.left = left;
}
