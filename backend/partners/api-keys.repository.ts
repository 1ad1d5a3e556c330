/** Rows of API keys, as their brands see them. */
import type { Queryable } from '../database/transact.ts';

export interface KeyRow {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: string[];
  readonly sha256: Buffer;
  readonly previous_sha256: Buffer | null;
  readonly previous_until: Date | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const COLUMNS =
  'id, prefix, name, scopes, sha256, previous_sha256, previous_until, created_at, last_used_at, expires_at, revoked_at';

/** A page of a brand's keys, newest first; ids grow with time. */
export async function listKeyRows(
  tx: Queryable,
  { partner, after, limit }: { partner: number; after: string | null; limit: number },
): Promise<KeyRow[]> {
  const { rows } = await tx.query<KeyRow>(
    `SELECT ${COLUMNS} FROM api_keys WHERE partner_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [partner, after, limit],
  );
  return rows;
}

export async function findKeyRow(
  tx: Queryable,
  { id, partner }: { id: string; partner: number },
  { lock = false } = {},
): Promise<KeyRow | null> {
  const { rows } = await tx.query<KeyRow>(
    `SELECT ${COLUMNS} FROM api_keys WHERE id = $1 AND partner_id = $2 ${lock ? 'FOR UPDATE' : ''}`,
    [id, partner],
  );
  return rows[0] ?? null;
}

/** How many keys of a brand are live. */
export async function countKeys(tx: Queryable, partner: number, now: Date): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM api_keys
     WHERE partner_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
    [partner, now],
  );
  return rows[0]?.count ?? 0;
}

/** Whether a key, of whomever, is neither revoked nor expired. */
export async function isLive(tx: Queryable, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'SELECT 1 FROM api_keys WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)',
    [id, now],
  );
  return rowCount === 1;
}

export const renameKeyRow = (tx: Queryable, id: string, name: string) =>
  tx.query('UPDATE api_keys SET name = $2 WHERE id = $1', [id, name]);

/** Writes the secrets that a rotation left of a locked key. */
export const rotateKeyRow = (tx: Queryable, { id, sha256, previous_sha256, previous_until }: KeyRow) =>
  tx.query('UPDATE api_keys SET sha256 = $2, previous_sha256 = $3, previous_until = $4 WHERE id = $1', [
    id,
    sha256,
    previous_sha256,
    previous_until,
  ]);
