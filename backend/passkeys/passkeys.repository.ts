/** Passkeys in PostgreSQL. */
import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Passkey } from './passkey.ts';

interface PasskeyRow {
  credential_id: Buffer;
  account: Buffer;
  key: Buffer;
  public_key_x: Buffer;
  public_key_y: Buffer;
  user_handle: Buffer;
  sign_count: bigint;
  transports: string[];
  backed_up: boolean;
  created_at: Date;
  last_used_at: Date | null;
}

const toPasskey = (row: PasskeyRow): Passkey => ({
  credentialId: row.credential_id.toString('base64url'),
  account: toAddress(row.account),
  key: toAddress(row.key),
  publicKey: { x: toHex(row.public_key_x), y: toHex(row.public_key_y) },
  userHandle: row.user_handle,
  signCount: row.sign_count,
  transports: row.transports,
  backedUp: row.backed_up,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

const bytesOf = (credentialId: string) => Buffer.from(credentialId, 'base64url');

/** Writes a passkey. False when its credential is known already. */
export async function insertPasskey(tx: Queryable, passkey: Omit<Passkey, 'lastUsedAt'>): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO passkeys (credential_id, account, key, public_key_x, public_key_y, user_handle, sign_count, transports, backed_up, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (credential_id) DO NOTHING`,
    [
      bytesOf(passkey.credentialId),
      fromHex(passkey.account),
      fromHex(passkey.key),
      fromHex(passkey.publicKey.x),
      fromHex(passkey.publicKey.y),
      passkey.userHandle,
      passkey.signCount,
      passkey.transports,
      passkey.backedUp,
      passkey.createdAt,
    ],
  );
  return rowCount === 1;
}

/** The passkey of a credential; null when it is not known. */
export async function findPasskey(tx: Queryable, credentialId: string): Promise<Passkey | null> {
  const { rows } = await tx.query<PasskeyRow>('SELECT * FROM passkeys WHERE credential_id = $1', [
    bytesOf(credentialId),
  ]);
  return rows[0] ? toPasskey(rows[0]) : null;
}

/** The passkeys that were made for a member, the newest first. */
export async function readPasskeys(tx: Queryable, account: Address, limit: number): Promise<Passkey[]> {
  const { rows } = await tx.query<PasskeyRow>(
    'SELECT * FROM passkeys WHERE account = $1 ORDER BY created_at DESC, credential_id LIMIT $2',
    [fromHex(account), limit],
  );
  return rows.map(toPasskey);
}

/**
 * Notes a signature that holds, by the count that came with it. False when the count has not gone up, which only one that never counts may do:
 * judged in the statement, so that of two at once with one count one is refused.
 */
export async function countSignature(
  tx: Queryable,
  {
    credentialId,
    count,
    backedUp,
    now,
  }: { credentialId: string; count: number; backedUp: boolean; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE passkeys SET sign_count = $2, backed_up = $3, last_used_at = $4
     WHERE credential_id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))`,
    [bytesOf(credentialId), count, backedUp, now],
  );
  return rowCount === 1;
}
