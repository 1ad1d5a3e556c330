import { transact } from '../database/transact.ts';
import { tellOfRefunds } from '../events/tell-of-refunds.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { findOwnPayment } from '../payments/find-own-payment.ts';
import type { Payment } from '../payments/payment.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { chainIdOf, hashRefund, judgeRefund, type Refund, type RefundRequest } from './refund.ts';
import { findRedemption, findRefund, insertRefund, lockPayment } from './refunds.repository.ts';

interface Order {
  readonly key: ApiKey;
  readonly paymentId: string;
  readonly request: RefundRequest;
}

/**
 * Gives points of a paid payment back, all that are left or a part, once per id of the till, for ever: the same again yields the refund as it is
 * now. What is written here goes to the chain by itself, and waits, with a reason, while the acceptor has no money for it.
 * @throws DomainError PAYMENT_UNKNOWN, PAYMENT_NOT_PAID, REFUND_ID_REUSED, REFUND_TOO_MUCH, REFUND_WORTHLESS
 */
export async function openRefund(
  deps: Pick<Deps, 'pool' | 'clock'>,
  { key, paymentId, request }: Order,
): Promise<{ refund: Refund; first: boolean }> {
  const { partnerId } = key;
  const bodyHash = hashRefund(paymentId, request);
  const identity = { partnerId, refundId: request.id };
  const known = await findRefund(deps.pool, identity);
  if (known) return repeat(known, bodyHash);
  await findOwnPayment(deps, { id: paymentId, partnerId });
  return transact(deps.pool, async (tx) => {
    await lockPayment(tx, paymentId);
    const earlier = await findRefund(tx, identity);
    if (earlier) return repeat(earlier, bodyHash);
    const payment = await findOwnPayment({ clock: deps.clock, pool: tx }, { id: paymentId, partnerId });
    const redemption = payment.status === 'paid' ? await findRedemption(tx, paymentId) : null;
    if (!redemption) throw notPaid(payment);
    const { issuer, account, nonce } = redemption;
    const verdict = judgeRefund(request, redemption, paidOf(payment));
    const chainId = chainIdOf(partnerId, request.id);
    const about = { ...identity, bodyHash, paymentId, chainId, issuer, account, nonce };
    const refund = await insertRefund(tx, { ...about, ...verdict });
    if (!refund) {
      // The same id for another payment was quicker.
      const other = await findRefund(tx, identity);
      if (!other) throw new DomainError('INTERNAL');
      return repeat(other, bodyHash);
    }
    await tellOfRefunds(tx, [refund.id]);
    await appendAudit(tx, {
      partner: partnerId,
      actor: key.actor,
      action: 'payment.refunded',
      subject: `payment:${paymentId}`,
      after: { refund: request.id, issuer, points: verdict.points.toString() },
    });
    return { refund, first: true };
  });
}

/** What was paid of the sum, in µUSD: no more than was asked for, though the points may have been worth more. Nothing where points were asked for. */
function paidOf({ asked, paid }: Payment): bigint {
  if ('points' in asked) return 0n;
  return paid !== null && paid < asked.value ? paid : asked.value;
}

function repeat(refund: Refund, bodyHash: Buffer): { refund: Refund; first: boolean } {
  if (refund.bodyHash.equals(bodyHash)) return { refund, first: false };
  throw new DomainError('REFUND_ID_REUSED', {
    message: `Refund ${refund.refundId} was made with another body.`,
    details: { refund: refund.refundId },
    fields: [{ field: 'id', message: 'This id belongs to another refund.' }],
  });
}

const notPaid = ({ id, status }: Payment): DomainError =>
  new DomainError('PAYMENT_NOT_PAID', {
    message: `The payment is ${status}.`,
    details: { payment: id, status },
    fields: [{ field: 'id', message: 'Only a payment that is paid can be refunded.' }],
  });
