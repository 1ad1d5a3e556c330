/** What a brand can see and ask of the deliveries to one of its webhooks. */
import { z } from 'zod';
import { transact } from '../database/transact.ts';
import { formatPlace } from '../events/event.ts';
import { insertEvent } from '../events/tell.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { lockWebhook, type WebhookCall } from './change-webhooks.ts';
import {
  type AttemptRow,
  type DeliveryRow,
  findDelivery,
  insertDelivery,
  listDeliveries,
  readAttempts,
  replayDeliveries,
} from './deliveries.repository.ts';
import { findWebhook } from './webhooks.repository.ts';

const PAGE = 50;
const MAX_SEQ = 2n ** 63n - 1n;

/** The query of GET /webhooks/:id/deliveries. */
export const deliveriesQuery = z.strictObject({
  status: z.enum(['pending', 'delivered', 'dead'], 'Send pending, delivered or dead.').optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'Send "next" of the page before, or nothing.')
    .optional(),
});

type DeliveryDeps = Pick<Deps, 'pool' | 'clock'>;

/** One page of the delivery log, newest first; `status: 'dead'` is the dead-letter list. @throws DomainError WEBHOOK_UNKNOWN */
export async function readDeliveries(
  { pool }: DeliveryDeps,
  call: WebhookCall,
  { status, cursor }: z.output<typeof deliveriesQuery>,
) {
  await mustFind(pool, call);
  const before = cursor === undefined ? MAX_SEQ : BigInt(cursor);
  const rows = await listDeliveries(pool, { endpoint: call.id, status, before, limit: PAGE + 1 });
  const page = rows.slice(0, PAGE);
  const attempts = Map.groupBy(
    await readAttempts(
      pool,
      page.map(({ id }) => id),
    ),
    (attempt) => attempt.delivery_id,
  );
  const next = rows.length > PAGE ? String(page.at(-1)?.seq) : null;
  return { items: page.map((row) => present(row, attempts.get(row.id) ?? [])), next };
}

/** One delivery with all its attempts. @throws DomainError WEBHOOK_UNKNOWN, DELIVERY_UNKNOWN */
export async function readDelivery({ pool }: DeliveryDeps, call: WebhookCall & { delivery: string }) {
  await mustFind(pool, call);
  const row = await findDelivery(pool, { endpoint: call.id, id: call.delivery });
  if (!row) throw unknownDelivery();
  return present(row, await readAttempts(pool, [row.id]));
}

/** Sends a delivery again, under its id, whatever came of it before. @throws DomainError WEBHOOK_UNKNOWN, DELIVERY_UNKNOWN */
export function replayDelivery({ pool, clock }: DeliveryDeps, call: WebhookCall & { delivery: string }) {
  return transact(pool, async (tx) => {
    await lockWebhook(tx, call);
    const replayed = { endpoint: call.id, id: call.delivery, now: clock.now() };
    // One that is under way just now is being sent anyway.
    if ((await replayDeliveries(tx, replayed)) === 0 && !(await findDelivery(tx, replayed)))
      throw unknownDelivery();
    return { replayed: 1 };
  });
}

/** Sends all dead deliveries again. @throws DomainError WEBHOOK_UNKNOWN */
export function replayDead({ pool, clock }: DeliveryDeps, call: WebhookCall) {
  return transact(pool, async (tx) => {
    await lockWebhook(tx, call);
    return { replayed: await replayDeliveries(tx, { endpoint: call.id, now: clock.now() }) };
  });
}

/** Sends an event `webhook.test` to this webhook alone. @throws DomainError WEBHOOK_UNKNOWN, WEBHOOK_PAUSED */
export function testWebhook({ pool, clock }: DeliveryDeps, call: WebhookCall) {
  return transact(pool, async (tx) => {
    const { id, status } = await lockWebhook(tx, call);
    if (status === 'paused') throw new DomainError('WEBHOOK_PAUSED');
    const event = await insertEvent(tx, { type: 'webhook.test', partner: null, data: { webhook: id } });
    return { delivery: await insertDelivery(tx, { endpoint: id, event, now: clock.now() }) };
  });
}

async function mustFind(pool: Deps['pool'], { id, key }: WebhookCall): Promise<void> {
  if (await findWebhook(pool, { id, partner: key.partnerId })) return;
  throw new DomainError('WEBHOOK_UNKNOWN', {
    fields: [{ field: 'id', message: 'The brand has no webhook with this id.' }],
  });
}

const unknownDelivery = () =>
  new DomainError('DELIVERY_UNKNOWN', {
    fields: [{ field: 'delivery', message: 'The webhook has no delivery with this id.' }],
  });

const present = (row: DeliveryRow, attempts: readonly AttemptRow[]) => ({
  id: row.id,
  event: formatPlace({ tx: row.event_tx, id: row.event_id }),
  type: row.type,
  status: row.status,
  createdAt: row.created_at.toISOString(),
  ...(row.status === 'pending' && { nextAttemptAt: row.next_attempt_at.toISOString() }),
  attempts: attempts.map(({ attempt, at, duration_ms, status, error }) => ({
    attempt,
    at: at.toISOString(),
    durationMs: duration_ms,
    status,
    error,
  })),
});
