/** Deliveries and their log in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';
import type { EventRow } from '../events/event.ts';
import type { AttemptResult } from './send-request.ts';

/** A delivery that this process has for a while, with what it needs to send it. */
export interface Claim {
  readonly id: string;
  readonly endpoint: string;
  readonly partner: number;
  /** Which attempt this is, since the beginning and since the last replay. */
  readonly attempt: number;
  readonly round: number;
  readonly url: string;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousUntil: Date | null;
  readonly isFailing: boolean;
  /** Null when the event has been forgotten. */
  readonly event: EventRow | null;
}

const IS_DUE = `w.status = 'active' AND EXISTS (
       SELECT FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.status = 'pending' AND d.next_attempt_at <= $1)`;

/** Whether there is anything to send now. */
export async function isAnythingDue(tx: Queryable, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(`SELECT FROM webhook_endpoints w WHERE ${IS_DUE} LIMIT 1`, [now]);
  return rowCount === 1;
}

/** Active endpoints with something due, locked, so that their places are counted by one process at a time. */
export async function lockDueEndpoints(tx: Queryable, now: Date, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT w.id FROM webhook_endpoints w WHERE ${IS_DUE} ORDER BY random() LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
    [now, limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes due deliveries of locked endpoints, oldest first, for as long as the lease, up to `concurrency` at once for each endpoint, or one for
 * an endpoint that fails. Whoever dies with one loses it when the lease is over, and it is sent again under the same id.
 */
export async function claimDue(
  tx: Queryable,
  endpoints: readonly string[],
  { now, lease, concurrency, limit }: { now: Date; lease: Date; concurrency: number; limit: number },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE webhook_deliveries d SET attempts = d.attempts + 1, lease_until = $3, next_attempt_at = $3
     FROM (
       SELECT due.id FROM webhook_endpoints w CROSS JOIN LATERAL (
         SELECT id FROM webhook_deliveries WHERE endpoint_id = w.id AND status = 'pending' AND next_attempt_at <= $2
         ORDER BY next_attempt_at, seq LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN $4::int ELSE 1 END - (
           SELECT count(*) FROM webhook_deliveries u WHERE u.endpoint_id = w.id AND u.status = 'pending'
             AND u.next_attempt_at > $2 AND u.next_attempt_at <= $3 AND u.lease_until > $2))) due
       WHERE w.id = ANY($1::uuid[]) LIMIT $5) due
     WHERE d.id = due.id RETURNING d.id`,
    [endpoints, now, lease, concurrency, limit],
  );
  return rows.map(({ id }) => id);
}

/** What is to be sent of claimed deliveries. */
export async function readClaims(tx: Queryable, ids: readonly string[]): Promise<Claim[]> {
  const { rows } = await tx.query(
    `SELECT d.id AS delivery, d.endpoint_id, d.attempts, d.round_start, w.partner_id AS owner, w.url, w.secret, w.previous_secret,
       w.previous_until, w.failing_since, e.tx, e.id, e.type, e.partner_id, e.account, e.data, e.at
     FROM webhook_deliveries d JOIN webhook_endpoints w ON w.id = d.endpoint_id
       LEFT JOIN events e ON e.tx = d.event_tx AND e.id = d.event_id
     WHERE d.id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.delivery,
    endpoint: row.endpoint_id,
    partner: row.owner,
    attempt: row.attempts,
    round: row.attempts - row.round_start,
    url: row.url,
    secret: row.secret,
    previousSecret: row.previous_secret,
    previousUntil: row.previous_until,
    isFailing: row.failing_since !== null,
    event: row.tx === null ? null : row,
  }));
}

/** What an attempt leads to. */
export interface Outcome {
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly nextAttemptAt: Date;
}

/** Logs an attempt and settles its delivery, unless another process has taken it over meanwhile. */
export async function settleDelivery(
  tx: Queryable,
  { id, attempt }: Pick<Claim, 'id' | 'attempt'>,
  { at, result, outcome }: { at: Date; result: AttemptResult; outcome: Outcome },
): Promise<void> {
  await tx.query(
    `WITH logged AS (
       INSERT INTO webhook_attempts (delivery_id, attempt, at, duration_ms, status, error) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING
     )
     UPDATE webhook_deliveries SET status = $7, next_attempt_at = $8, lease_until = NULL
     WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
    [id, attempt, at, result.durationMs, result.status, result.error, outcome.status, outcome.nextAttemptAt],
  );
}

/** Gives deliveries back that were not tried to the end, as if they had not been claimed. */
export const releaseClaim = (tx: Queryable, { id, attempt }: Pick<Claim, 'id' | 'attempt'>, now: Date) =>
  tx.query(
    `UPDATE webhook_deliveries SET attempts = attempts - 1, lease_until = NULL, next_attempt_at = $3
     WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
    [id, attempt, now],
  );

/** A failure: returns since when nothing else has come from the endpoint. */
export async function markFailing(tx: Queryable, endpoint: string, now: Date): Promise<Date> {
  const { rows } = await tx.query<{ failing_since: Date }>(
    'UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, $2) WHERE id = $1 RETURNING failing_since',
    [endpoint, now],
  );
  return rows[0]?.failing_since ?? now;
}

export const markWell = (tx: Queryable, endpoint: string) =>
  tx.query('UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1', [endpoint]);

/** Active → paused. False when it was paused, or deleted, before. */
export async function pauseEndpoint(tx: Queryable, endpoint: string, because: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE webhook_endpoints SET status = 'paused', paused_because = $2, updated_at = now() WHERE id = $1 AND status = 'active'`,
    [endpoint, because],
  );
  return rowCount === 1;
}

/** A delivery as the log shows it. */
export interface DeliveryRow {
  readonly id: string;
  readonly seq: bigint;
  readonly event_tx: bigint;
  readonly event_id: bigint;
  readonly type: string | null;
  readonly status: Outcome['status'];
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly created_at: Date;
}

const SELECT_DELIVERY = `SELECT d.id, d.seq, d.event_tx, d.event_id, e.type, d.status, d.attempts, d.next_attempt_at, d.created_at
  FROM webhook_deliveries d LEFT JOIN events e ON e.tx = d.event_tx AND e.id = d.event_id`;

/** Deliveries of an endpoint, newest first. */
export async function listDeliveries(
  tx: Queryable,
  filter: { endpoint: string; status?: Outcome['status'] | undefined; before: bigint; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await tx.query<DeliveryRow>(
    `${SELECT_DELIVERY} WHERE d.endpoint_id = $1 AND ($2::delivery_status IS NULL OR d.status = $2) AND d.seq < $3::bigint
     ORDER BY d.seq DESC LIMIT $4`,
    [filter.endpoint, filter.status ?? null, filter.before.toString(), filter.limit],
  );
  return rows;
}

/** Null when the endpoint has none with this id. */
export async function findDelivery(
  tx: Queryable,
  { endpoint, id }: { endpoint: string; id: string },
): Promise<DeliveryRow | null> {
  const { rows } = await tx.query<DeliveryRow>(`${SELECT_DELIVERY} WHERE d.endpoint_id = $1 AND d.id = $2`, [
    endpoint,
    id,
  ]);
  return rows[0] ?? null;
}

export interface AttemptRow {
  readonly delivery_id: string;
  readonly attempt: number;
  readonly at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** The logs of deliveries, oldest attempt first. */
export async function readAttempts(tx: Queryable, ids: readonly string[]): Promise<AttemptRow[]> {
  const { rows } = await tx.query<AttemptRow>(
    'SELECT * FROM webhook_attempts WHERE delivery_id = ANY($1::uuid[]) ORDER BY delivery_id, attempt',
    [ids],
  );
  return rows;
}

/** Starts settled deliveries anew: one of any status, or all dead ones. Those whose event is forgotten stay. Returns how many. */
export async function replayDeliveries(
  tx: Queryable,
  { endpoint, id, now }: { endpoint: string; id?: string; now: Date },
): Promise<number> {
  const { rowCount } = await tx.query(
    `UPDATE webhook_deliveries d SET status = 'pending', round_start = d.attempts, next_attempt_at = $3, lease_until = NULL
     FROM events e WHERE d.endpoint_id = $1 AND e.tx = d.event_tx AND e.id = d.event_id
       AND CASE WHEN $2::uuid IS NULL THEN d.status = 'dead' ELSE d.id = $2 AND (d.status <> 'pending' OR d.lease_until IS NULL) END`,
    [endpoint, id ?? null, now],
  );
  return rowCount ?? 0;
}

/** One delivery of an event that is for this endpoint alone. */
export async function insertDelivery(
  tx: Queryable,
  { endpoint, event, now }: { endpoint: string; event: { tx: bigint; id: bigint }; now: Date },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO webhook_deliveries (endpoint_id, event_tx, event_id, next_attempt_at)
     VALUES ($1, $2::bigint, $3::bigint, $4) RETURNING id`,
    [endpoint, event.tx.toString(), event.id.toString(), now],
  );
  return rows[0]?.id ?? '';
}

/** Forgets deliveries from before `before`, and those that a deleted endpoint left behind, `limit` at a time. Returns how many. */
export async function deleteOldDeliveries(tx: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `WITH gone AS (
       DELETE FROM webhook_deliveries WHERE id IN (
         SELECT d.id FROM webhook_deliveries d LEFT JOIN webhook_endpoints w ON w.id = d.endpoint_id
         WHERE d.created_at < $1 OR w.id IS NULL LIMIT $2) RETURNING id
     ), unlogged AS (
       DELETE FROM webhook_attempts USING gone WHERE delivery_id = gone.id
     )
     SELECT FROM gone`,
    [before, limit],
  );
  return rowCount ?? 0;
}
