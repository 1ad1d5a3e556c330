import type { Queryable } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import type { Act } from '../protocol/acts.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type PaymentRow, toPayment } from './payment.ts';

/**
 * Open → approved, when a redemption at the acceptor carries the payment's reference and is signed for at least its value. Acts without a
 * payment pass. Called in the transaction that takes the act.
 * @throws DomainError PAYMENT_CLOSED, PAYMENT_UNDERPAID
 */
export async function approvePayment(
  { clock }: Pick<Deps, 'clock'>,
  tx: Queryable,
  { id, act }: { id: string; act: Act },
): Promise<void> {
  if (act.kind !== 'redemption') return;
  const { rows } = await tx.query<PaymentRow>(
    'SELECT * FROM payments WHERE ref = $1 AND partner_id = $2 FOR UPDATE',
    [fromHex(act.ref), act.counterparty],
  );
  if (!rows[0]) return;
  const payment = toPayment(rows[0], clock.now());
  if (payment.status !== 'open')
    throw new DomainError('PAYMENT_CLOSED', {
      message: `The payment is ${payment.status}.`,
      details: { payment: payment.id, status: payment.status },
      fields: [{ field: 'act.ref', message: 'The payment with this reference is closed.' }],
    });
  if (act.minimum < payment.value)
    throw new DomainError('PAYMENT_UNDERPAID', {
      message: `The act yields at least ${act.minimum} µUSD, and ${payment.value} are to be paid.`,
      details: { minimum: act.minimum.toString(), required: payment.value.toString() },
      fields: [{ field: 'act.minimum', message: `Sign for at least ${payment.value}.` }],
    });
  await tx.query(`UPDATE payments SET status = 'approved', act_id = $2 WHERE id = $1 AND status = 'open'`, [
    payment.id,
    id,
  ]);
  await tellOfPayments(tx, [payment.id], 'approved');
}
