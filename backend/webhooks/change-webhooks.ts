/** What a brand does with its webhooks; each change stands in the brand's audit chain. */
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { z } from 'zod';
import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { createSealer } from '../shared/seal.ts';
import {
  MAX_WEBHOOKS,
  type newWebhookSchema,
  parseWebhookUrl,
  presentWebhook,
  randomSecret,
  secretContext,
  type WebhookRow,
  type webhookChangeSchema,
} from './webhook.ts';
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  updateWebhook,
} from './webhooks.repository.ts';

type WebhookDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;
type Settings = Pick<WebhookRow, 'url' | 'types' | 'description' | 'status'>;

/** Which webhook, and by whom. */
export interface WebhookCall {
  readonly id: string;
  readonly key: ApiKey;
}

/**
 * Makes a webhook. Its secret is in the answer, and in no other.
 * @throws DomainError WEBHOOK_URL_FORBIDDEN, WEBHOOKS_TOO_MANY, SECRETS_KEY_MISSING
 */
export function createWebhook(
  { pool, clock, config }: WebhookDeps,
  { key, request }: { key: ApiKey; request: z.output<typeof newWebhookSchema> },
) {
  const url = parseWebhookUrl(request.url, { toLoopback: config.webhooksToLoopback });
  const sealer = createSealer(config.secretsKeys);
  const id = randomUUID();
  const secret = randomSecret();
  return transact(pool, async (tx) => {
    if ((await countWebhooks(tx, key.partnerId)) >= MAX_WEBHOOKS)
      throw new DomainError('WEBHOOKS_TOO_MANY', { details: { limit: MAX_WEBHOOKS } });
    const row = await insertWebhook(tx, {
      id,
      partner_id: key.partnerId,
      url,
      description: request.description,
      types: request.types,
      secret: sealer.seal(secret, secretContext(id)),
      created_at: clock.now(),
    });
    await audit(tx, { id, key }, 'webhook.created', settingsOf(row));
    return { ...presentWebhook(row), secret };
  });
}

/** Changes settings; a webhook that becomes active is sent what happened while it was paused. @throws DomainError WEBHOOK_UNKNOWN, WEBHOOK_URL_FORBIDDEN */
export function changeWebhook(
  { pool, clock, config }: WebhookDeps,
  call: WebhookCall,
  change: z.output<typeof webhookChangeSchema>,
) {
  const url = change.url && parseWebhookUrl(change.url, { toLoopback: config.webhooksToLoopback });
  return transact(pool, async (tx) => {
    const row = await lockWebhook(tx, call);
    const status = change.status ?? row.status;
    const resumed = row.status === 'paused' && status === 'active';
    const changed: WebhookRow = {
      ...row,
      url: url ?? row.url,
      types: change.types ?? row.types,
      description: change.description ?? row.description,
      status,
      paused_because: status === 'active' ? null : (row.paused_because ?? 'asked for'),
      failing_since: resumed ? null : row.failing_since,
    };
    await updateWebhook(tx, row.id, clock.now(), changed);
    await audit(tx, call, 'webhook.changed', settingsOf(changed));
    return presentWebhook(changed);
  });
}

/** Gives a webhook a new secret; the old one goes on signing beside it for `overlapSeconds`. @throws DomainError WEBHOOK_UNKNOWN, SECRETS_KEY_MISSING */
export function rotateSecret(
  { pool, clock, config }: WebhookDeps,
  call: WebhookCall,
  { overlapSeconds }: { overlapSeconds: number },
) {
  const sealer = createSealer(config.secretsKeys);
  const secret = randomSecret();
  return transact(pool, async (tx) => {
    const row = await lockWebhook(tx, call);
    const now = clock.now();
    const until = overlapSeconds > 0 ? new Date(now.getTime() + overlapSeconds * 1000) : null;
    const previous = until && row.secret;
    const sealed = Buffer.from(sealer.seal(secret, secretContext(row.id)));
    const changed = { ...row, secret: sealed, previous_secret: previous, previous_until: until };
    await updateWebhook(tx, row.id, now, changed);
    await audit(tx, call, 'webhook.secret-rotated', { overlapSeconds });
    return { ...presentWebhook(changed), secret };
  });
}

/** Deletes a webhook with all that was to be sent to it. @throws DomainError WEBHOOK_UNKNOWN */
export function removeWebhook({ pool }: WebhookDeps, call: WebhookCall): Promise<void> {
  return transact(pool, async (tx) => {
    const row = await lockWebhook(tx, call);
    await deleteWebhook(tx, row.id);
    await audit(tx, call, 'webhook.deleted', settingsOf(row));
  });
}

/** The webhook, which nobody else changes meanwhile. @throws DomainError WEBHOOK_UNKNOWN */
export async function lockWebhook(tx: PoolClient, { id, key }: WebhookCall): Promise<WebhookRow> {
  const row = await findWebhook(tx, { id, partner: key.partnerId }, { lock: true });
  if (row) return row;
  throw new DomainError('WEBHOOK_UNKNOWN', {
    fields: [{ field: 'id', message: 'The brand has no webhook with this id.' }],
  });
}

const settingsOf = ({ url, types, description, status }: Settings): Settings => ({
  url,
  types,
  description,
  status,
});

const audit = (tx: PoolClient, { id, key }: WebhookCall, action: string, after: object) =>
  appendAudit(tx, {
    partner: key.partnerId,
    actor: key.actor,
    action,
    subject: `webhook:${id}`,
    after,
  });
