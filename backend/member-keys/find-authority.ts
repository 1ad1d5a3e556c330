import type { Address, Hex } from 'viem';

import type { Deps } from '../shared/deps.ts';
import { authorityOf } from './key-powers.ts';
import { hasAddedKeys } from './member-keys.repository.ts';

/** Longer signatures are of passkeys or for contracts: only the chain can tell whose. */
const LONGEST_PLAIN_BYTES = 128;

/**
 * Who stands behind a signature that is not of the account's own key: the account, if a key of full power or its contract made it, or a limited
 * key; null for nobody. The chain is asked only when it can know more than what is known here, so that junk costs no calls.
 * @throws DomainError CHAIN_UNAVAILABLE
 */
export async function findAuthority(
  deps: Pick<Deps, 'pool' | 'chain' | 'network'>,
  { account, digest, signature }: { account: Address; digest: Hex; signature: Hex },
): Promise<Address | null> {
  const isPlain = signature.length / 2 - 1 <= LONGEST_PLAIN_BYTES;
  if (isPlain && !(await hasAddedKeys(deps.pool, account))) return null;
  return authorityOf(deps, { account, digest, signature });
}
