/** Sessions in PostgreSQL. Ended ones stay for a day, so that what opened them can't open them again. */
import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex, toAddress } from '../shared/bytes.ts';
import type { SignInMethod } from './session.ts';

/** A session; the token is not in it. */
export interface SessionRecord {
  readonly hash: Buffer;
  readonly account: Address;
  readonly origin: string;
  readonly method: SignInMethod | null;
  /** The added key that opened it. */
  readonly key: Address | null;
  readonly device: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

interface SessionRow {
  token_hash: Buffer;
  account: Buffer;
  origin: string;
  method: SignInMethod | null;
  key: Buffer | null;
  device: string | null;
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date;
}

const toRecord = (row: SessionRow): SessionRecord => ({
  hash: row.token_hash,
  account: toAddress(row.account),
  origin: row.origin,
  method: row.method,
  key: row.key && toAddress(row.key),
  device: row.device,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at ?? row.created_at,
  expiresAt: row.expires_at,
});

/** Writes a session. False when its sign-in has opened one before. */
export async function insertSession(
  tx: Queryable,
  session: Omit<SessionRecord, 'lastUsedAt'> & { readonly issuedAt: number | null },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO sessions (token_hash, account, origin, issued_at, method, key, device, created_at, last_used_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) ON CONFLICT (account, origin, issued_at) DO NOTHING`,
    [
      session.hash,
      fromHex(session.account),
      session.origin,
      session.issuedAt,
      session.method,
      session.key && fromHex(session.key),
      session.device,
      session.createdAt,
      session.expiresAt,
    ],
  );
  return rowCount === 1;
}

/** The session of a token's hash, whether it has ended or not. */
export async function findSessionByHash(tx: Queryable, hash: Buffer): Promise<SessionRecord | null> {
  const { rows } = await tx.query<SessionRow>('SELECT * FROM sessions WHERE token_hash = $1', [hash]);
  return rows[0] ? toRecord(rows[0]) : null;
}

/** Notes that a session is used. */
export const touchSession = (tx: Queryable, hash: Buffer, now: Date) =>
  tx.query('UPDATE sessions SET last_used_at = $2 WHERE token_hash = $1 AND last_used_at < $2', [hash, now]);

/** An account's sessions that neither time nor idleness has ended, the one used last first. */
export async function readLiveSessions(
  tx: Queryable,
  { account, now, usedSince }: { account: Address; now: Date; usedSince: Date },
): Promise<SessionRecord[]> {
  const { rows } = await tx.query<SessionRow>(
    `SELECT * FROM sessions WHERE account = $1 AND expires_at > $2 AND coalesce(last_used_at, created_at) > $3
     ORDER BY coalesce(last_used_at, created_at) DESC, token_hash`,
    [fromHex(account), now, usedSince],
  );
  return rows.map(toRecord);
}

/** Ends sessions now; returns how many had not ended yet. */
export async function endSessions(tx: Queryable, hashes: readonly Buffer[], now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    'UPDATE sessions SET expires_at = $2 WHERE token_hash = ANY($1::bytea[]) AND expires_at > $2',
    [hashes, now],
  );
  return rowCount ?? 0;
}
