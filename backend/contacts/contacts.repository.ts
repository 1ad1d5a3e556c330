/** Contacts in PostgreSQL. */
import type { Queryable } from '../database/transact.ts';
import type { ContactKind, ContactRow } from './contact.ts';

/** A member's contacts, the oldest first. */
export async function selectContacts(tx: Queryable, account: Buffer): Promise<ContactRow[]> {
  const sql = 'SELECT * FROM member_contacts WHERE account = $1 ORDER BY created_at, id';
  return (await tx.query<ContactRow>(sql, [account])).rows;
}

/** One contact of a member; with `lock`, nobody else changes it meanwhile. */
export async function findContact(
  tx: Queryable,
  { account, id, lock = false }: { account: Buffer; id: string; lock?: boolean },
): Promise<ContactRow | null> {
  const sql = `SELECT * FROM member_contacts WHERE account = $1 AND id = $2${lock ? ' FOR UPDATE' : ''}`;
  return (await tx.query<ContactRow>(sql, [account, id])).rows[0] ?? null;
}

export interface NewContact {
  readonly id: string;
  readonly account: Buffer;
  readonly kind: ContactKind;
  readonly lookup: Buffer;
  readonly sealed: Uint8Array;
  readonly createdAt: Date;
}

export async function insertContact(tx: Queryable, contact: NewContact): Promise<void> {
  await tx.query(
    'INSERT INTO member_contacts (id, account, kind, lookup, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [contact.id, contact.account, contact.kind, contact.lookup, contact.sealed, contact.createdAt],
  );
}

/** Makes changes to the contacts of one account, or to who is found by one contact, wait for one another until the transaction ends. */
export async function lockFor(tx: Queryable, subject: Buffer): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `contact ${subject.toString('hex')}`,
  ]);
}

/** Puts a new code in the place of any older one. */
export async function setCode(
  tx: Queryable,
  { id, codeHash, until }: { id: string; codeHash: Buffer; until: Date },
): Promise<void> {
  await tx.query(
    'UPDATE member_contacts SET code_hash = $2, code_until = $3, code_failures = 0 WHERE id = $1',
    [id, codeHash, until],
  );
}

/** Counts a wrong code; returns how many there have been since the code was sent. */
export async function countFailure(tx: Queryable, id: string): Promise<number> {
  const sql =
    'UPDATE member_contacts SET code_failures = code_failures + 1 WHERE id = $1 RETURNING code_failures';
  return (await tx.query<{ code_failures: number }>(sql, [id])).rows[0]?.code_failures ?? 0;
}

/** Makes a contact count, and stop to count for anybody who had it before; returns whom it was taken from. */
export async function markVerified(
  tx: Queryable,
  { contact, lookups, at }: { contact: ContactRow; lookups: readonly Buffer[]; at: Date },
): Promise<Buffer[]> {
  const { rows } = await tx.query<{ account: Buffer }>(
    'DELETE FROM member_contacts WHERE verified_lookup = ANY($1::bytea[]) AND id <> $2 RETURNING account',
    [lookups, contact.id],
  );
  await tx.query(
    `UPDATE member_contacts SET verified_lookup = lookup, verified_at = $2, code_hash = NULL, code_until = NULL WHERE id = $1`,
    [contact.id, at],
  );
  return rows.map(({ account }) => account);
}

export async function deleteContact(
  tx: Queryable,
  { account, id }: { account: Buffer; id: string },
): Promise<boolean> {
  const { rowCount } = await tx.query('DELETE FROM member_contacts WHERE account = $1 AND id = $2', [
    account,
    id,
  ]);
  return rowCount === 1;
}

/** Deletes all contacts of a member; returns how many there were. */
export async function deleteContacts(tx: Queryable, account: Buffer): Promise<number> {
  return (await tx.query('DELETE FROM member_contacts WHERE account = $1', [account])).rowCount ?? 0;
}

/** Who is found by a verified contact; null for nobody. */
export async function findByContact(tx: Queryable, lookups: readonly Buffer[]): Promise<Buffer | null> {
  const { rows } = await tx.query<{ account: Buffer }>(
    'SELECT account FROM member_contacts WHERE verified_lookup = ANY($1::bytea[])',
    [lookups],
  );
  return rows[0]?.account ?? null;
}

/** Counts a code that is about to be sent; returns how many there are today with it. */
export async function countCode(tx: Queryable, subject: Buffer, day: Date): Promise<number> {
  const { rows } = await tx.query<{ codes: number }>(
    `INSERT INTO code_counters (subject, day, codes) VALUES ($1, $2, 1)
     ON CONFLICT (subject, day) DO UPDATE SET codes = code_counters.codes + 1 RETURNING codes`,
    [subject, day.toISOString().slice(0, 10)],
  );
  return rows[0]?.codes ?? 0;
}

/** Forgets the counts of days before yesterday. */
export async function deleteOldCounts(tx: Queryable, now: Date): Promise<void> {
  await tx.query(`DELETE FROM code_counters WHERE day < $1::date - 1`, [now.toISOString().slice(0, 10)]);
}
