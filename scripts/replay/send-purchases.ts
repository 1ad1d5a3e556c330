/** Reports every purchase of the file at its brand's till, and waits until each is final on the chain. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CommandFailure } from '../shared/failure.ts';
import type { ProgressBar } from '../shared/progress-bar.ts';
import { type Api, forEachAtOnce, operation } from './api.ts';
import type { Customer } from './customers.ts';
import type { FilePurchase } from './purchase-file.ts';
import type { Till } from './till-keys.ts';

/** A sale with who bought and whose till it was; `points` are known once the API has answered. */
export interface Sale {
  readonly purchase: FilePurchase;
  readonly customer: Customer;
  readonly till: Till;
  points: bigint;
}

const STRIDE = 250;
const POLL_MS = 300;
/** How long nothing may become final before the replay says what it is waiting for. */
const STALL_LIMIT_MS = 300_000;

const accepted = z.object({ points: z.string().regex(/^\d+$/) });
const progressed = z.object({
  status: z.enum(['accepted', 'batched', 'sent', 'mined', 'final', 'waiting']),
  reason: z.unknown().optional(),
});

/** Reports all sales, 64 at once, and notes the points of each. @throws CommandFailure naming the first that was refused. */
export async function sendPurchases(api: Api, sales: readonly Sale[], bar: ProgressBar): Promise<void> {
  let sent = 0;
  const began = performance.now();
  await forEachAtOnce(sales, async (sale) => {
    const { id, occurredAt, amountMinor: amount, currency } = sale.purchase;
    const body = { id, member: sale.customer.account, amount, currency, occurredAt };
    const { points } = await api.must(operation('recordPurchase', { body }, sale.till.key), accepted);
    sale.points = BigInt(points);
    sent += 1;
    bar.update(sent, sales.length, `${Math.round(sent / ((performance.now() - began) / 1000))}/s`);
  });
}

/**
 * Waits until the sales that earned points are final. A brand's purchases are issued in their order, more or less, so one in 250 is
 * asked for; what the chain holds is counted afterwards, point for point.
 * @throws CommandFailure when nothing moves for five minutes.
 */
export async function awaitFinality(api: Api, sales: readonly Sale[], bar: ProgressBar): Promise<void> {
  const earning = sales.filter(({ points }) => points > 0n);
  const reached = new Map<number, number>();
  const follow = async ([partner, queue]: [number, Sale[]]) => {
    for (let at = 0; at < queue.length; at = Math.min(at + STRIDE, queue.length)) {
      const sale = queue[Math.min(at + STRIDE, queue.length) - 1];
      if (sale) await awaitSale(api, sale);
      reached.set(partner, Math.min(at + STRIDE, queue.length));
      bar.update(
        [...reached.values()].reduce((sum, count) => sum + count, 0),
        earning.length,
      );
    }
  };
  await Promise.all([...Map.groupBy(earning, ({ till }) => till.partner)].map(follow));
}

async function awaitSale(api: Api, { purchase, till }: Sale): Promise<void> {
  const began = Date.now();
  for (;;) {
    const request = operation('readPurchase', { params: { id: purchase.id } }, till.key);
    const { status, reason } = await api.must(request, progressed);
    if (status === 'final') return;
    if (Date.now() - began > STALL_LIMIT_MS)
      throw stalled({ id: purchase.id, slug: till.slug, status, reason });
    await sleep(POLL_MS);
  }
}

function stalled({
  id,
  slug,
  status,
  reason,
}: {
  id: string;
  slug: string;
  status: string;
  reason: unknown;
}): CommandFailure {
  const why = reason === undefined ? '' : ` because of ${JSON.stringify(reason)}`;
  return new CommandFailure(
    `Purchase ${id} of ${slug} has been "${status}" for five minutes${why}. If the brand lacks money, deposit some; then run the same replay again.`,
  );
}
