import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { type KeyRole, keyRoleOf } from '../protocol/keys.ts';
import { fromHex } from '../shared/bytes.ts';

const MAY_SIGN_IN: readonly (KeyRole | null)[] = ['full', 'limited'];

/** A change of a key as the chain tells it. */
export interface ChangedKey {
  readonly member: Address;
  readonly key: Address;
  readonly role: number;
}

/**
 * Ends the sessions that were opened by keys which may not act any more: those removed or made to recover, and with a successor all added ones.
 * By the database's clock; a session whose key comes back stays ended.
 */
export async function endSessionsOfKeys(tx: Queryable, changed: readonly ChangedKey[]): Promise<void> {
  const powerless = changed.filter(({ role }) => !MAY_SIGN_IN.includes(keyRoleOf(role)));
  if (powerless.length === 0) return;
  await tx.query(
    `UPDATE sessions s SET expires_at = now() FROM unnest($1::bytea[], $2::bytea[], $3::boolean[]) c (account, key, all_keys)
     WHERE s.account = c.account AND s.key IS NOT NULL AND (c.all_keys OR s.key = c.key) AND s.expires_at > now()`,
    [
      powerless.map(({ member }) => fromHex(member)),
      powerless.map(({ key }) => fromHex(key)),
      powerless.map(({ role }) => keyRoleOf(role) === 'successor'),
    ],
  );
}
