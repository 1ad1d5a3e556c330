import type { Payment } from '../payments/payment.ts';
import { type AccountWord, balanceAt, spendPoints } from '../protocol/account-word.ts';
import { valueOfBuckets } from '../protocol/values-word.ts';
import { DomainError } from '../shared/errors.ts';
import { pointsFor } from './price-act.ts';
import type { Brand } from './read-parties.ts';

/**
 * The points that pay a payment unless the member says how many: all that is asked for, or, where the till takes less, as much of it as the
 * member has. @throws DomainError POINTS_INSUFFICIENT, and PAYMENT_UNDERPAID when points of another brand are asked for
 */
export function amountForPayment({ asked, acceptor }: Payment, issuer: Brand, word: AccountWord): bigint {
  const available = balanceAt(word, issuer.clock);
  if ('points' in asked) {
    if (issuer.id !== acceptor)
      throw new DomainError('PAYMENT_UNDERPAID', {
        message: `Points of brand ${acceptor} are asked for.`,
        details: { issuer: acceptor },
        fields: [{ field: 'issuer', message: `Send ${acceptor}.` }],
      });
    // What is too little is refused by its price.
    return asked.minimum <= available && available < asked.points ? available : asked.points;
  }
  const spent = spendPoints(word, available, issuer.clock);
  const worth = valueOfBuckets(spent?.taken ?? [], issuer.values);
  return asked.minimum <= worth && worth < asked.value ? available : pointsFor(asked.value, issuer, word);
}

/** What a member signs for at least when `amount` points worth `value` µUSD are to pay a payment. @throws DomainError PAYMENT_UNDERPAID */
export function minimumForPayment(
  { asked, acceptor }: Payment,
  { issuer, amount, value }: { issuer: number; amount: bigint; value: bigint },
): bigint {
  const isEnough =
    'points' in asked ? issuer === acceptor && amount >= asked.minimum : value >= asked.minimum;
  if (!isEnough)
    throw new DomainError('PAYMENT_UNDERPAID', {
      message:
        'points' in asked
          ? `${asked.minimum} points of brand ${acceptor} are to be paid.`
          : `The points are worth ${value} µUSD, and ${asked.minimum} are to be paid.`,
      details: { value: value.toString(), required: asked.minimum.toString() },
      fields: [{ field: 'amount', message: 'Send more points, or leave it out.' }],
    });
  return 'value' in asked && asked.value < value ? asked.value : value;
}
