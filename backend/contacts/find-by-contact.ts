import type { Address } from 'viem';
import { createBlindIndex } from '../shared/blind-index.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { type ContactKind, lookupsOf } from './contact.ts';
import { findByContact } from './contacts.repository.ts';

/** Who has proved to be reached at a contact, given its SHA-256 (64 lower-case hex digits); null for nobody. @throws DomainError SECRETS_KEY_MISSING */
export async function findAccountByContact(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  { kind, sha256 }: { kind: ContactKind; sha256: string },
): Promise<Address | null> {
  const account = await findByContact(pool, lookupsOf(createBlindIndex(config.secretsKeys), kind, sha256));
  return account && toAddress(account);
}
