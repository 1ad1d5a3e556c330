import { systemClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { sha256 } from '../shared/ids.ts';
import { randomApiKey, type Scope } from './api-key.ts';

/**
 * Makes an API key for a partner that has a programme. The key is in the answer and nowhere else: only its SHA-256 is kept, which is enough for
 * a secret of 192 random bits.
 */
export async function createApiKey(
  prisma: Deps['prisma'],
  options: { partnerId: number; name: string; scopes: readonly Scope[]; actor: string },
): Promise<{ id: string; key: string; prefix: string }> {
  const { partnerId, name, scopes, actor } = options;
  const { key, prefix } = randomApiKey();
  const id = await prisma.$transaction(async (tx) => {
    const row = await tx.apiKey.create({
      data: { partnerId, name, prefix, sha256: new Uint8Array(sha256(key)), scopes: [...scopes] },
    });
    await tx.auditEntry.create({
      data: {
        partnerId,
        actor,
        action: 'api-key.created',
        subject: `api-key:${row.id}`,
        after: { name, prefix, scopes: [...scopes] },
      },
    });
    return row.id;
  });
  return { id, key, prefix };
}

/** Ends a key at once in the database, and within seconds in every process. Returns whether there was a live one with this id. */
export async function revokeApiKey(
  prisma: Deps['prisma'],
  { id, actor }: { id: string; actor: string },
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const [row] = await tx.apiKey.updateManyAndReturn({
      where: { id, revokedAt: null },
      data: { revokedAt: systemClock.now() },
    });
    if (!row) return false;
    const subject = `api-key:${id}`;
    await tx.auditEntry.create({
      data: { partnerId: row.partnerId, actor, action: 'api-key.revoked', subject },
    });
    return true;
  });
}
