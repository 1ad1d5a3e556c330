import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex } from '../shared/bytes.ts';
import type { ConsentPurpose } from './consent.ts';

/**
 * Whether a member allows something now: their last word about it was yes. Silence is a no. Whoever sends a message, makes a profile or shares
 * data asks this in the moment in which it does.
 */
export async function hasConsent(
  { pool }: { readonly pool: Queryable },
  account: Address,
  purpose: ConsentPurpose,
): Promise<boolean> {
  const { rows } = await pool.query<{ granted: boolean }>(
    'SELECT granted FROM consents WHERE account = $1 AND purpose = $2 ORDER BY id DESC LIMIT 1',
    [fromHex(account), purpose],
  );
  return rows[0]?.granted === true;
}
