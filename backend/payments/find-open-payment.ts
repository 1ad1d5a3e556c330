import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findPayment } from './find-payment.ts';
import type { Payment } from './payment.ts';

/** A payment that can be approved now. @throws DomainError PAYMENT_UNKNOWN, PAYMENT_CLOSED */
export async function findOpenPayment(deps: Pick<Deps, 'pool' | 'clock'>, id: string): Promise<Payment> {
  const payment = await findPayment(deps, id, 'payment');
  if (payment.status === 'open') return payment;
  throw new DomainError('PAYMENT_CLOSED', {
    message: `The payment is ${payment.status}.`,
    details: { payment: id, status: payment.status },
    fields: [{ field: 'payment', message: 'This payment can no longer be approved.' }],
  });
}
