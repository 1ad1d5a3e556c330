import type { Address } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { PASSKEYS_LIMIT } from './offer-passkey.ts';
import { readPasskeys } from './passkeys.repository.ts';

/** The passkeys that were made for a member here, the newest first, as the API answers them. */
export async function listPasskeys({ pool }: Pick<Deps, 'pool'>, account: Address) {
  return (await readPasskeys(pool, account, PASSKEYS_LIMIT)).map((passkey) => ({
    id: passkey.credentialId,
    key: passkey.key,
    backedUp: passkey.backedUp,
    transports: passkey.transports,
    createdAt: passkey.createdAt.toISOString(),
    ...(passkey.lastUsedAt && { lastUsedAt: passkey.lastUsedAt.toISOString() }),
  }));
}
