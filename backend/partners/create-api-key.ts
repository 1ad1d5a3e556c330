import { systemClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { sha256 } from '../shared/ids.ts';
import { COALITION, randomApiKey, type Scope } from './api-key.ts';

/**
 * Makes an API key for a partner that has a programme, or for the operator (`partnerId` 0, scope `operator`). The key is in the answer and
 * nowhere else: only its SHA-256 is kept, which is enough for a secret of 192 random bits.
 */
export async function createApiKey(
  prisma: Deps['prisma'],
  options: { partnerId: number; name: string; scopes: readonly Scope[]; actor: string; expiresAt?: Date },
): Promise<{ id: string; key: string; prefix: string }> {
  const { partnerId, name, scopes, actor, expiresAt } = options;
  const { key, prefix } = randomApiKey();
  const id = await prisma.$transaction(async (tx) => {
    const row = await tx.apiKey.create({
      data: {
        partnerId: partnerId === COALITION ? null : partnerId,
        name,
        prefix,
        sha256: new Uint8Array(sha256(key)),
        scopes: [...scopes],
        ...(expiresAt && { expiresAt }),
      },
    });
    const after = {
      name,
      prefix,
      scopes: [...scopes],
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    };
    await tx.auditEntry.create({
      data: { partnerId, actor, action: 'api-key.created', subject: `api-key:${row.id}`, after },
    });
    return row.id;
  });
  return { id, key, prefix };
}

/** Ends a key at once in the database, and within seconds in every process. Returns whether there was a live one with this id. */
export async function revokeApiKey(
  prisma: Deps['prisma'],
  { id, actor, partnerId }: { id: string; actor: string; partnerId?: number },
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const [row] = await tx.apiKey.updateManyAndReturn({
      where: { id, revokedAt: null, ...(partnerId !== undefined && { partnerId }) },
      data: { revokedAt: systemClock.now() },
    });
    if (!row) return false;
    const { name, prefix, scopes } = row;
    await tx.auditEntry.create({
      data: {
        partnerId: row.partnerId ?? COALITION,
        actor,
        action: 'api-key.revoked',
        subject: `api-key:${id}`,
        before: { name, prefix, scopes },
      },
    });
    return true;
  });
}
