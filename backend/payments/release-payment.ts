import { dropHeldActs } from '../acts/held-acts.ts';
import { transact } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findOwnPayment } from './find-own-payment.ts';
import { notHeld, type Payment } from './payment.ts';

/**
 * Held → released: what the member has signed is not sent, and the points can be spent otherwise. Again is the same. The signature itself stands
 * until its deadline: should its member bring it to the chain, the payment is paid. @throws DomainError PAYMENT_UNKNOWN, PAYMENT_NOT_HELD
 */
export async function releasePayment(
  deps: Pick<Deps, 'pool' | 'clock'>,
  { id, key }: { id: string; key: ApiKey },
): Promise<{ payment: Payment; first: boolean }> {
  const about = { id, partnerId: key.partnerId };
  const payment = await findOwnPayment(deps, about);
  if (payment.status === 'released') return { payment, first: false };
  if (payment.status !== 'held' || payment.act === null) throw notHeld(payment);
  const first = await release(deps, { id, key, actId: payment.act });
  const after = await findOwnPayment(deps, about);
  if (after.status !== 'released') throw notHeld(after);
  return { payment: after, first };
}

/** False when the payment is held no more. */
function release(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { id, key, actId }: { id: string; key: ApiKey; actId: string },
): Promise<boolean> {
  return transact(pool, async (tx) => {
    const dropped = await dropHeldActs(tx, [actId], new DomainError('PAYMENT_RELEASED'));
    if (dropped.length === 0) return false;
    const { rowCount } = await tx.query(
      `UPDATE payments SET status = 'released', closed_at = $3 WHERE id = $1 AND act_id = $2 AND status = 'held'`,
      [id, actId, clock.now()],
    );
    if (rowCount !== 1) throw new DomainError('INTERNAL');
    await tellOfPayments(tx, [id], 'released');
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'payment.released',
      subject: `payment:${id}`,
      after: { act: actId },
    });
    return true;
  });
}
