import type { Queryable } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findPayment } from './find-payment.ts';
import type { Payment } from './payment.ts';

/** A payment of the key's own brand. @throws DomainError PAYMENT_UNKNOWN, also for another brand's */
export async function findOwnPayment(
  deps: Pick<Deps, 'clock'> & { readonly pool: Queryable },
  { id, partnerId }: { id: string; partnerId: number },
): Promise<Payment> {
  const payment = await findPayment(deps, id);
  if (payment.acceptor === partnerId) return payment;
  throw new DomainError('PAYMENT_UNKNOWN', {
    fields: [{ field: 'id', message: 'The brand of this key has no payment with this id.' }],
  });
}
