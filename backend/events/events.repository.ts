/** Events in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';
import { type EventRow, type EventType, MAX_PLACE, type Place } from './event.ts';

/** The oldest transaction that is still open: what it writes may yet appear, and before it nothing can. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** Whose events: those that are a partner's business, or a member's. */
export type Audience = { readonly partner: number } | { readonly account: Buffer };

/** The place before everything that is still to come. */
export async function readPresent(tx: Queryable): Promise<Place> {
  const { rows } = await tx.query<{ horizon: bigint }>(`SELECT ${HORIZON} AS horizon`);
  return { tx: (rows[0]?.horizon ?? 1n) - 1n, id: MAX_PLACE };
}

/** The next events of an audience after a place, in order. */
export async function readEvents(
  tx: Queryable,
  { audience, after, limit }: { audience: Audience; after: Place; limit: number },
): Promise<EventRow[]> {
  const [column, value] =
    'partner' in audience ? ['partner_id', audience.partner] : ['account', audience.account];
  const { rows } = await tx.query<EventRow>(
    `SELECT tx, id, type, partner_id, account, data, at FROM events
     WHERE ${column} = $1 AND (tx, id) > ($2::bigint, $3::bigint) AND tx < ${HORIZON} ORDER BY tx, id LIMIT $4`,
    [value, after.tx.toString(), after.id.toString(), limit],
  );
  return rows;
}

/** Whom an event concerns, without what it says. */
export interface Sign extends Place {
  readonly partner_id: number | null;
  readonly account: Buffer | null;
  /** Of an event of a payment, its id. */
  readonly payment: string | null;
}

/** The next signs after a place, of everybody. */
export async function readSigns(tx: Queryable, after: Place, limit: number): Promise<Sign[]> {
  const { rows } = await tx.query<Sign>({
    name: 'read-signs',
    text: `SELECT tx, id, partner_id, account, CASE WHEN type LIKE 'payment.%' THEN data->>'payment' END AS payment FROM events
     WHERE (tx, id) > ($1::bigint, $2::bigint) AND tx < ${HORIZON} ORDER BY tx, id LIMIT $3`,
    values: [after.tx.toString(), after.id.toString(), limit],
  });
  return rows;
}

/** Whether a reader can go on from here: its event is still there, or it is a place from before all events that this database can have. */
export async function knowsPlace(tx: Queryable, { tx: transaction, id }: Place): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM events WHERE tx = $1::bigint AND id = $2::bigint
     UNION ALL SELECT WHERE $2::bigint = $3::bigint AND $1::bigint < pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
    [transaction.toString(), id.toString(), MAX_PLACE.toString()],
  );
  return rowCount === 1;
}

/** Writes one event; those who want webhooks get their deliveries with it. Returns its place. */
export async function insertEvent(
  tx: Queryable,
  event: { type: EventType; partner: number | null; data: object },
): Promise<Place> {
  const { rows } = await tx.query<Place>(
    'INSERT INTO events (type, partner_id, data) VALUES ($1, $2, $3::jsonb) RETURNING tx, id',
    [event.type, event.partner, JSON.stringify(event.data)],
  );
  const [place] = rows;
  if (!place) throw new RangeError('INSERT … RETURNING returned nothing');
  return place;
}

/** Deletes the oldest `limit` events as far as they are from before `before`; returns how many. */
export async function deleteOldEvents(tx: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `DELETE FROM events e USING (SELECT tx, id, at FROM events ORDER BY tx, id LIMIT $2) old
     WHERE e.tx = old.tx AND e.id = old.id AND old.at < $1`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/**
 * After a dump was restored into another cluster its events carry transaction ids that this one has yet to give out, and would be told late.
 * They are put before everything. Returns how many there were.
 */
export async function mendRestoredEvents(tx: Queryable): Promise<number> {
  const future = `tx >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;
  const { rowCount: some } = await tx.query(
    `SELECT FROM (SELECT tx FROM events ORDER BY tx DESC LIMIT 1) e WHERE ${future}`,
  );
  if (!some) return 0;
  const { rowCount } = await tx.query(`UPDATE events SET tx = 1 WHERE ${future}`);
  return rowCount ?? 0;
}
