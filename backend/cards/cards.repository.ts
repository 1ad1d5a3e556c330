/** Cards in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';
import type { CardRow } from './card.ts';

const COLUMNS = 'id, partner_id, last4, status, account, linked_at, created_at';

/** A brand's card; with `lock`, nobody else changes it meanwhile. */
export async function findCard(
  tx: Queryable,
  { partnerId, lookups, lock = false }: { partnerId: number; lookups: readonly Buffer[]; lock?: boolean },
): Promise<CardRow | null> {
  const { rows } = await tx.query<CardRow>(
    `SELECT ${COLUMNS} FROM member_cards WHERE partner_id = $1 AND lookup = ANY($2::bytea[])${lock ? ' FOR UPDATE' : ''}`,
    [partnerId, lookups],
  );
  return rows[0] ?? null;
}

/** One card of a member, which nobody else changes meanwhile. */
export async function lockOwnCard(
  tx: Queryable,
  { account, id }: { account: Buffer; id: string },
): Promise<CardRow | null> {
  const sql = `SELECT ${COLUMNS} FROM member_cards WHERE account = $1 AND id = $2 FOR UPDATE`;
  return (await tx.query<CardRow>(sql, [account, id])).rows[0] ?? null;
}

/** A member's cards, the oldest first. */
export async function selectCards(tx: Queryable, account: Buffer): Promise<CardRow[]> {
  const sql = `SELECT ${COLUMNS} FROM member_cards WHERE account = $1 ORDER BY created_at, id`;
  return (await tx.query<CardRow>(sql, [account])).rows;
}

/** Adds a card that is nobody's, unless somebody else has just done so. */
export async function insertCard(
  tx: Queryable,
  card: { id: string; partnerId: number; lookup: Buffer; last4: string; createdAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO member_cards (id, partner_id, lookup, last4, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (partner_id, lookup) DO NOTHING`,
    [card.id, card.partnerId, card.lookup, card.last4, card.createdAt],
  );
}

/** Writes whose a card is, and whether it is blocked; the caller holds its lock. */
export async function updateCard(tx: Queryable, card: CardRow): Promise<void> {
  await tx.query('UPDATE member_cards SET account = $2, linked_at = $3, status = $4 WHERE id = $1', [
    card.id,
    card.account,
    card.linked_at,
    card.status,
  ]);
}

/** Makes all cards of a member nobody's, and blocks them; returns how many there were. */
export async function releaseCards(tx: Queryable, account: Buffer): Promise<number> {
  const sql = `UPDATE member_cards SET account = NULL, linked_at = NULL, status = 'blocked' WHERE account = $1`;
  return (await tx.query(sql, [account])).rowCount ?? 0;
}
