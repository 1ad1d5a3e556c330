import type { Queryable } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { PAYMENT_SELECT, type Payment, type PaymentRow, toPayment } from './payment.ts';

/** The payment with this id, open to whoever knows it: it is random. A refusal names `field`. @throws DomainError PAYMENT_UNKNOWN */
export async function findPayment(
  { pool, clock }: Pick<Deps, 'clock'> & { readonly pool: Queryable },
  id: string,
  field = 'id',
): Promise<Payment> {
  const { rows } = await pool.query<PaymentRow>(`${PAYMENT_SELECT} WHERE p.id = $1`, [id]);
  if (rows[0]) return toPayment(rows[0], clock.now());
  throw new DomainError('PAYMENT_UNKNOWN', {
    fields: [{ field, message: 'There is no payment with this id.' }],
  });
}
