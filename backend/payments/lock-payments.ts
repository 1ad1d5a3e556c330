import type { Queryable } from '../database/transact.ts';
import type { Act } from '../protocol/acts.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { approvePayment } from './approve-payment.ts';
import { checkPayment } from './check-payment.ts';
import type { Payment } from './payment.ts';

type Approval = Parameters<typeof approvePayment>[1];

/** The payments that acts of one database transaction are to pay. */
export interface LockedPayments {
  /** The payment that an act is to pay; null for none. @throws DomainError those of checkPayment */
  check(act: Act): Promise<Payment | null>;
  /** Notes which act pays a payment that was checked. */
  take(approval: Approval): void;
  /** Approves what was taken. The acts are written by now. */
  approve(): Promise<void>;
}

/**
 * Locks the payments that redemptions carry the references of, at their acceptors, in one order. One statement finds out that most acts carry
 * none. Called in the transaction that takes the acts.
 */
export async function lockPayments(
  deps: Pick<Deps, 'clock'>,
  tx: Queryable,
  acts: readonly Act[],
): Promise<LockedPayments> {
  const redemptions = acts.filter(({ kind }) => kind === 'redemption');
  const { rows } = await tx.query<{ ref: Buffer }>({
    name: 'lock-payments-of-acts',
    text: 'SELECT ref FROM payments WHERE ref = ANY($1::bytea[]) ORDER BY id FOR UPDATE',
    values: [redemptions.map(({ ref }) => fromHex(ref))],
  });
  const carried = new Set(rows.map(({ ref }) => `0x${ref.toString('hex')}`));
  const taken = new Map<string, Approval>();
  return {
    async check(act) {
      const payment = carried.has(act.ref) ? await checkPayment(deps, tx, act) : null;
      const other = payment && taken.get(payment.id);
      if (!other) return payment;
      const status = payment.manual ? 'held' : 'approved';
      throw new DomainError('PAYMENT_CLOSED', {
        message: `The payment is ${status}.`,
        details: { payment: payment.id, status },
        fields: [{ field: 'act.ref', message: 'The payment with this reference is closed.' }],
      });
    },
    take(approval) {
      taken.set(approval.payment.id, approval);
    },
    async approve() {
      for (const approval of taken.values()) await approvePayment(tx, approval);
    },
  };
}
