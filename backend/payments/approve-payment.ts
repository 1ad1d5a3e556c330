import type { Queryable } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { Act } from '../protocol/acts.ts';
import { DomainError } from '../shared/errors.ts';
import { CAPTURE_MARGIN_SECONDS } from './check-payment.ts';
import type { Payment } from './payment.ts';

/** Open → approved, or held where the till captures. Called in the transaction that takes the act, in which `checkPayment` has locked it. */
export async function approvePayment(
  tx: Queryable,
  { payment, actId, act }: { payment: Payment; actId: string; act: Act },
): Promise<void> {
  const status = payment.manual ? 'held' : 'approved';
  const heldUntil = payment.manual ? new Date((act.deadline - CAPTURE_MARGIN_SECONDS) * 1000) : null;
  const { rowCount } = await tx.query(
    `UPDATE payments SET status = $2::payment_status, act_id = $3, held_until = $4 WHERE id = $1 AND status = 'open'`,
    [payment.id, status, actId, heldUntil],
  );
  if (rowCount !== 1) throw new DomainError('INTERNAL');
  await tellOfPayments(tx, [payment.id], status);
}
