import type { Queryable } from '../database/transact.ts';
import type { Act } from '../protocol/acts.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { PAYMENT_SELECT, type Payment, type PaymentRow, toPayment } from './payment.ts';

/** Seconds before an act's deadline from which it is not captured any more: it has to get into a block in time. */
export const CAPTURE_MARGIN_SECONDS = 30;
/** A till has at least this long to capture, in seconds. */
const SHORTEST_HOLD = 60;

/**
 * The payment that an act is to pay, locked for the rest of the transaction: that of the redemption's acceptor with its reference. Null when the
 * act pays none. @throws DomainError PAYMENT_CLOSED, PAYMENT_UNDERPAID, PAYMENT_HOLD_TOO_SHORT
 */
export async function checkPayment(
  { clock }: Pick<Deps, 'clock'>,
  tx: Queryable,
  act: Act,
): Promise<Payment | null> {
  if (act.kind !== 'redemption') return null;
  const { rows } = await tx.query<PaymentRow>(
    `${PAYMENT_SELECT} WHERE p.ref = $1 AND p.partner_id = $2 FOR UPDATE OF p`,
    [fromHex(act.ref), act.counterparty],
  );
  if (!rows[0]) return null;
  const payment = toPayment(rows[0], clock.now());
  if (payment.status !== 'open')
    throw new DomainError('PAYMENT_CLOSED', {
      message: `The payment is ${payment.status}.`,
      details: { payment: payment.id, status: payment.status },
      fields: [{ field: 'act.ref', message: 'The payment with this reference is closed.' }],
    });
  checkSum(payment, act);
  const shortest = clock.seconds() + SHORTEST_HOLD + CAPTURE_MARGIN_SECONDS;
  if (payment.manual && act.deadline < shortest)
    throw new DomainError('PAYMENT_HOLD_TOO_SHORT', {
      details: { deadline: act.deadline, earliest: shortest },
      fields: [{ field: 'act.deadline', message: `Sign for ${shortest} at least.` }],
    });
  return payment;
}

function checkSum({ asked, acceptor }: Payment, act: Act): void {
  const refuse = (field: string, message: string, facts: Record<string, string>) =>
    new DomainError('PAYMENT_UNDERPAID', {
      message: `${message}.`,
      details: facts,
      fields: [{ field, message }],
    });
  const required = asked.minimum.toString();
  if ('points' in asked) {
    if (act.issuer !== acceptor)
      throw refuse('act.issuer', `Points of brand ${acceptor} are asked for`, { issuer: String(acceptor) });
    if (act.amount < asked.minimum)
      throw refuse('act.amount', `At least ${required} points are to be paid`, { required });
  } else if (act.minimum < asked.minimum)
    throw refuse('act.minimum', `The act has to be signed for at least ${required} µUSD`, {
      minimum: act.minimum.toString(),
      required,
    });
}
