import type { Address } from 'viem';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { createSealer } from '../shared/seal.ts';
import { sealContext } from './contact.ts';
import { selectContacts } from './contacts.repository.ts';

/** All contacts of a member, in clear: for the member's own eyes, and for an export of what is kept. @throws DomainError SECRET_UNREADABLE */
export async function listContacts({ pool, config }: Pick<Deps, 'pool' | 'config'>, account: Address) {
  const rows = await selectContacts(pool, fromHex(account));
  if (rows.length === 0) return [];
  const sealer = createSealer(config.secretsKeys);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    value: sealer.open(row.sealed, sealContext(row.id)),
    verified: row.verified_at !== null,
    addedAt: row.created_at.toISOString(),
  }));
}
