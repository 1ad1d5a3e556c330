import { checkBySimulation } from '../acts/check-act.ts';
import { findAct } from '../acts/find-act.ts';
import { sendHeldAct } from '../acts/held-acts.ts';
import { transact } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findOwnPayment } from './find-own-payment.ts';
import { notHeld, type Payment } from './payment.ts';

type CaptureDeps = Pick<Deps, 'pool' | 'clock' | 'chain' | 'network'>;

/**
 * Held → approved: what the member has signed goes to the chain, all of it, for the signature is for one sum. A till that wants less releases
 * it and asks anew. Again is the same; the chain is asked first, so that a till hears when the points are gone, and may release it then.
 * `first` tells the call that captured. @throws DomainError PAYMENT_UNKNOWN, PAYMENT_NOT_HELD, CHAIN_UNAVAILABLE, and why the act is refused
 */
export async function capturePayment(
  deps: CaptureDeps,
  { id, key }: { id: string; key: ApiKey },
): Promise<{ payment: Payment; first: boolean }> {
  const about = { id, partnerId: key.partnerId };
  const payment = await findOwnPayment(deps, about);
  if (isCaptured(payment)) return { payment, first: false };
  if (payment.status !== 'held' || payment.act === null) throw notHeld(payment);
  const held = await findAct(deps.pool, payment.act);
  if (!held) throw new DomainError('INTERNAL');
  await checkBySimulation(deps, held);
  const first = await capture(deps, { id, key, actId: held.id });
  const after = await findOwnPayment(deps, about);
  if (!first && !isCaptured(after)) throw notHeld(after);
  return { payment: after, first };
}

/** By the till, or by somebody who has brought the act to the chain. */
const isCaptured = ({ manual, isCaptured: captured, status }: Payment): boolean =>
  manual && (captured || status === 'paid');

/** False when the payment is held no more. */
function capture(
  { pool, clock }: CaptureDeps,
  { id, key, actId }: { id: string; key: ApiKey; actId: string },
): Promise<boolean> {
  return transact(pool, async (tx) => {
    if (!(await sendHeldAct(tx, actId))) return false;
    const now = clock.now();
    const { rowCount } = await tx.query(
      `UPDATE payments SET status = 'approved', captured_at = $3 WHERE id = $1 AND act_id = $2 AND status = 'held' AND held_until > $3`,
      [id, actId, now],
    );
    // Late by a moment: nothing of it is kept.
    if (rowCount !== 1) throw new DomainError('PAYMENT_NOT_HELD', { message: 'The payment has expired.' });
    await tellOfPayments(tx, [id], 'approved');
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'payment.captured',
      subject: `payment:${id}`,
      after: { act: actId },
    });
    return true;
  });
}
