/** Key changes in PostgreSQL, and what the chain's events say of members' keys. */
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { type KeyChange, keyRoleNumber, keyRoleOf } from '../protocol/keys.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Reason } from '../shared/reason.ts';
import type { KeyChangeStatus, SignedKeyChange } from './key-change.ts';

/** A key change with what became of it. */
export interface KeyChangeRecord extends SignedKeyChange {
  readonly id: string;
  readonly status: KeyChangeStatus;
  readonly reason: Reason | null;
  readonly transaction: Hex | null;
}

interface KeyChangeRow {
  id: string;
  account: Buffer;
  key: Buffer;
  role: number;
  daily_limit: bigint;
  nonce: bigint;
  deadline: bigint;
  signature: Buffer;
  status: KeyChangeStatus;
  reason: Reason | null;
  hash: Buffer | null;
}

const toRecord = (row: KeyChangeRow): KeyChangeRecord => ({
  id: row.id,
  change: {
    member: toAddress(row.account),
    key: toAddress(row.key),
    role: keyRoleOf(row.role) ?? 'none',
    dailyLimit: row.daily_limit,
    nonce: Number(row.nonce),
    deadline: Number(row.deadline),
  },
  signature: toHex(row.signature),
  status: row.status,
  reason: row.reason,
  transaction: row.hash && toHex(row.hash),
});

/** A change is as far as its transaction; one that was mined and reverted has failed once that is final. */
const SELECT = `SELECT k.id, k.account, k.key, k.role, k.daily_limit, k.nonce, k.deadline, k.signature, k.reason,
    CASE WHEN k.status = 'failed' THEN 'failed' WHEN k.status = 'done' THEN 'final' WHEN t.status IN ('mined', 'final') AND t.reason IS NULL
      THEN t.status::text WHEN t.status IN ('sent', 'mined', 'failed') THEN 'sent' ELSE 'queued' END AS status,
    coalesce(t.mined_hash, (SELECT hash FROM relay_attempts WHERE transaction_id = t.id ORDER BY attempt DESC LIMIT 1)) AS hash
  FROM key_changes k LEFT JOIN relay_transactions t ON t.id = k.transaction_id`;

/** The key change with this id; null when there is none. */
export async function findKeyChange(tx: Queryable, id: string): Promise<KeyChangeRecord | null> {
  const { rows } = await tx.query<KeyChangeRow>(`${SELECT} WHERE k.id = $1`, [id]);
  return rows[0] ? toRecord(rows[0]) : null;
}

/** The key change with this EIP-712 digest: the same change is the same row. */
export async function findKeyChangeByDigest(tx: Queryable, digest: Hex): Promise<KeyChangeRecord | null> {
  const { rows } = await tx.query<KeyChangeRow>(`${SELECT} WHERE k.digest = $1`, [fromHex(digest)]);
  return rows[0] ? toRecord(rows[0]) : null;
}

/** Lets one key change of an account in at a time, for the rest of the transaction. */
export const lockKeys = (tx: Queryable, account: Address) =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`keys of ${account.toLowerCase()}`]);

/** Whether another change with this number is in our hands. */
export async function isNonceTaken(tx: Queryable, { member, nonce }: KeyChange): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM key_changes WHERE account = $1 AND nonce = $2 AND status = 'queued' LIMIT 1`,
    [fromHex(member), nonce],
  );
  return rowCount === 1;
}

/** Writes a key change. */
export const insertKeyChange = (
  tx: Queryable,
  { id, change, signature, digest }: SignedKeyChange & { readonly id: string; readonly digest: Hex },
) =>
  tx.query(
    `INSERT INTO key_changes (id, account, key, role, daily_limit, nonce, deadline, signature, digest)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      fromHex(change.member),
      fromHex(change.key),
      keyRoleNumber(change.role),
      change.dailyLimit,
      change.nonce,
      change.deadline,
      fromHex(signature),
      fromHex(digest),
    ],
  );

/** Changes that need a transaction, oldest first and one per account, locked. */
export async function takeQueuedKeyChanges(tx: Queryable, limit: number): Promise<KeyChangeRecord[]> {
  const { rows } = await tx.query<KeyChangeRow>(
    `SELECT k.*, NULL AS hash FROM key_changes k WHERE k.status = 'queued' AND k.transaction_id IS NULL
       AND NOT EXISTS (SELECT FROM key_changes o WHERE o.account = k.account AND o.status = 'queued' AND o.nonce < k.nonce
         AND NOT EXISTS (SELECT FROM relay_transactions t WHERE t.id = o.transaction_id AND t.status IN ('mined', 'final')))
     ORDER BY k.created_at, k.nonce LIMIT $1 FOR UPDATE OF k SKIP LOCKED`,
    [limit],
  );
  return rows.map(toRecord);
}

/** Gives a change its transaction. */
export const placeKeyChange = (tx: Queryable, id: string, transaction: bigint) =>
  tx.query('UPDATE key_changes SET transaction_id = $2, updated_at = now() WHERE id = $1', [id, transaction]);

/** Queued → failed, before anything was sent. */
export const failKeyChange = (tx: Queryable, id: string, reason: Reason) =>
  tx.query(
    `UPDATE key_changes SET status = 'failed', reason = $2::jsonb, updated_at = now() WHERE id = $1 AND status = 'queued'`,
    [id, JSON.stringify(reason)],
  );

/**
 * Settles changes whose transaction has failed: one that lost its nonce is queued again, one that somebody else brought there is done, and any
 * other has failed with the reason. Returns the ids of the last.
 */
export async function settleFailedKeyChanges(tx: Queryable): Promise<string[]> {
  const isLost = `t.reason->>'code' = 'TRANSACTION_NONCE_TAKEN'`;
  const { rows } = await tx.query<{ id: string; status: string }>(
    `UPDATE key_changes k SET transaction_id = CASE WHEN ${isLost} THEN NULL ELSE k.transaction_id END,
       status = CASE WHEN ${isLost} THEN 'queued' WHEN done.is THEN 'done' ELSE 'failed' END::key_change_status,
       reason = CASE WHEN ${isLost} OR done.is THEN NULL ELSE t.reason END, updated_at = now()
     FROM relay_transactions t, LATERAL (SELECT EXISTS (SELECT FROM chain_events e WHERE e.name = 'KeyChanged'
         AND lower(e.args->>'key') = '0x' || encode(o.key, 'hex') AND e.args->>'nonce' = o.nonce::text AND e.args->>'role' = o.role::text
         AND lower(e.args->>'member') = '0x' || encode(o.account, 'hex')) AS is FROM key_changes o WHERE o.transaction_id = t.id) done
     WHERE t.id = k.transaction_id AND t.status = 'failed' AND k.status = 'queued' RETURNING k.id, k.status`,
  );
  return rows.filter(({ status }) => status === 'failed').map(({ id }) => id);
}

/** Whether any key was ever added to an account, as far as the indexer has seen. */
export async function hasAddedKeys(tx: Queryable, account: Address): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM chain_events WHERE name = 'KeyChanged' AND args->>'member' = $1 LIMIT 1`,
    [account],
  );
  return rowCount === 1;
}

/** A key that was ever named by a change of an account, and whose hand the last of them was. */
export interface NamedKey {
  readonly key: Address;
  readonly by: Address;
}

/** The keys that the account's changes have named, the newest change first; the successor among them. */
export async function readNamedKeys(tx: Queryable, account: Address, limit: number): Promise<NamedKey[]> {
  const { rows } = await tx.query<NamedKey>(
    `SELECT key, by FROM (
       SELECT DISTINCT ON (args->>'key') args->>'key' AS key, args->>'by' AS by, number, log_index FROM chain_events
       WHERE name = 'KeyChanged' AND args->>'member' = $1 ORDER BY args->>'key', number DESC, log_index DESC
     ) last ORDER BY number DESC, log_index DESC LIMIT $2`,
    [account, limit],
  );
  return rows;
}

/** One more sponsored change of a subject today (`day` is an ISO date); returns how many it has had, this one included. */
export async function countKeyChange(tx: Queryable, subject: string, day: string): Promise<number> {
  const { rows } = await tx.query<{ acts: number }>(
    `INSERT INTO sponsor_counters (subject, day, acts) VALUES ($1, $2, 1)
     ON CONFLICT (subject, day) DO UPDATE SET acts = sponsor_counters.acts + 1 RETURNING acts`,
    [subject, day],
  );
  return rows[0]?.acts ?? Number.POSITIVE_INFINITY;
}
