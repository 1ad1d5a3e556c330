import type { EventFeed } from '../events/event-feed.ts';
import type { Deps } from '../shared/deps.ts';
import { hasDomainCode } from '../shared/errors.ts';
import { findPayment } from './find-payment.ts';
import type { Payment, PaymentStatus } from './payment.ts';

interface Waiting {
  readonly feed: EventFeed;
  readonly id: string;
  /** The status that the caller knows. */
  readonly known: PaymentStatus;
  readonly seconds: number;
  /** Counts towards this caller's streams. */
  readonly caller: string;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * The payment as soon as its status is another one than the caller knows, or as it is after `seconds`. Where too many wait already the answer
 * comes at once, so a caller that asks again meanwhile is no worse off than without waiting.
 * @throws DomainError PAYMENT_UNKNOWN
 */
export async function waitForPayment(
  deps: Pick<Deps, 'pool' | 'clock'>,
  { feed, id, known, seconds, caller, signal }: Waiting,
): Promise<Payment> {
  const first = await findPayment(deps, id);
  if (seconds === 0 || first.status !== known) return first;
  const listener = listenIfPossible(feed, id, caller);
  if (!listener) return first;
  const deadline = Date.now() + seconds * 1000;
  const stop = AbortSignal.any([signal, feed.stopping]);
  try {
    for (;;) {
      const payment = await findPayment(deps, id);
      const left = deadline - Date.now();
      if (payment.status !== known || left <= 0 || stop.aborted) return payment;
      // Nobody writes down at once that a payment has expired.
      const open = payment.expiresAt.getTime() - deps.clock.now().getTime();
      await listener.wait(open > 0 ? Math.min(left, open) : left, stop);
    }
  } finally {
    listener.close();
  }
}

function listenIfPossible(feed: EventFeed, id: string, caller: string) {
  try {
    return feed.listen(`payment:${id}`, caller);
  } catch (error) {
    if (hasDomainCode(error, 'STREAMS_TOO_MANY', 'STOPPING')) return null;
    throw error;
  }
}
