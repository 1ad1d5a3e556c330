import { transact } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findOwnPayment } from './find-own-payment.ts';
import type { Payment } from './payment.ts';

/** Open → cancelled, before the member approves. Again is the same. @throws DomainError PAYMENT_UNKNOWN, PAYMENT_NOT_OPEN */
export async function cancelPayment(
  deps: Pick<Deps, 'pool' | 'clock'>,
  { id, key }: { id: string; key: ApiKey },
): Promise<{ payment: Payment; first: boolean }> {
  const about = { id, partnerId: key.partnerId };
  await findOwnPayment(deps, about);
  const first = await transact(deps.pool, async (tx) => {
    const now = deps.clock.now();
    const { rowCount } = await tx.query(
      `UPDATE payments SET status = 'cancelled', closed_at = $2 WHERE id = $1 AND status = 'open' AND expires_at > $2`,
      [id, now],
    );
    if (rowCount !== 1) return false;
    await tellOfPayments(tx, [id], 'cancelled');
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'payment.cancelled',
      subject: `payment:${id}`,
      after: {},
    });
    return true;
  });
  const payment = await findOwnPayment(deps, about);
  if (first || payment.status === 'cancelled') return { payment, first };
  throw new DomainError('PAYMENT_NOT_OPEN', {
    message: `The payment is ${payment.status}.`,
    details: { payment: id, status: payment.status },
    fields: [{ field: 'id', message: 'This payment can no longer be cancelled.' }],
  });
}
