/** Webhooks in PostgreSQL. Every question names the brand, so that no brand sees another's. */
import type { Queryable } from '../database/transact.ts';
import type { WebhookRow } from './webhook.ts';

/** Who asks for which webhook. */
export interface WebhookName {
  readonly id: string;
  readonly partner: number;
}

export async function listWebhooks(tx: Queryable, partner: number): Promise<WebhookRow[]> {
  const { rows } = await tx.query<WebhookRow>(
    'SELECT * FROM webhook_endpoints WHERE partner_id = $1 ORDER BY created_at, id',
    [partner],
  );
  return rows;
}

/** Null when the brand has none with this id. */
export async function findWebhook(
  tx: Queryable,
  { id, partner }: WebhookName,
  { lock = false } = {},
): Promise<WebhookRow | null> {
  const { rows } = await tx.query<WebhookRow>(
    `SELECT * FROM webhook_endpoints WHERE id = $1 AND partner_id = $2 ${lock ? 'FOR NO KEY UPDATE' : ''}`,
    [id, partner],
  );
  return rows[0] ?? null;
}

/** Lets one change of a brand's webhooks in at a time, and returns how many it has. */
export async function countWebhooks(tx: Queryable, partner: number): Promise<number> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('webhooks', $1))`, [partner]);
  const { rows } = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM webhook_endpoints WHERE partner_id = $1',
    [partner],
  );
  return rows[0]?.count ?? 0;
}

export async function insertWebhook(
  tx: Queryable,
  webhook: Pick<WebhookRow, 'id' | 'partner_id' | 'url' | 'description' | 'types' | 'created_at'> & {
    readonly secret: Uint8Array;
  },
): Promise<WebhookRow> {
  const { id, partner_id, url, description, types, secret, created_at } = webhook;
  const { rows } = await tx.query<WebhookRow>(
    `INSERT INTO webhook_endpoints (id, partner_id, url, description, types, secret, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING *`,
    [id, partner_id, url, description, types, secret, created_at],
  );
  const [row] = rows;
  if (!row) throw new RangeError('INSERT … RETURNING returned nothing');
  return row;
}

type Writable = Pick<
  WebhookRow,
  'url' | 'description' | 'types' | 'status' | 'paused_because' | 'failing_since' | 'previous_until'
> & { readonly secret: Uint8Array; readonly previous_secret: Uint8Array | null };

/** Writes what a change left of a locked webhook. */
export async function updateWebhook(tx: Queryable, id: string, now: Date, row: Writable): Promise<void> {
  await tx.query(
    `UPDATE webhook_endpoints SET url = $3, description = $4, types = $5, status = $6, paused_because = $7, failing_since = $8,
       secret = $9, previous_secret = $10, previous_until = $11, updated_at = $2 WHERE id = $1`,
    [
      id,
      now,
      row.url,
      row.description,
      row.types,
      row.status,
      row.paused_because,
      row.failing_since,
      row.secret,
      row.previous_secret,
      row.previous_until,
    ],
  );
}

/** Forgets a webhook and what was to be sent to it. */
export async function deleteWebhook(tx: Queryable, id: string): Promise<void> {
  await tx.query('DELETE FROM webhook_endpoints WHERE id = $1', [id]);
  await tx.query(
    `WITH gone AS (DELETE FROM webhook_deliveries WHERE endpoint_id = $1 RETURNING id)
     DELETE FROM webhook_attempts USING gone WHERE delivery_id = gone.id`,
    [id],
  );
}
