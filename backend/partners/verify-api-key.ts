import { timingSafeEqual } from 'node:crypto';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import { type ApiKey, COALITION, prefixOf } from './api-key.ts';

/** How long a process may go on accepting a key that has been revoked. */
const FRESH_MS = 2_000;
const MAX_KNOWN = 10_000;
/** How often `last_used_at` is written, at most. */
const TOUCH_MS = 60_000;

interface KnownKey extends ApiKey {
  readonly sha256: Uint8Array;
  /** The secret before the last rotation, with the moment up to which it is good. */
  readonly previous: { readonly sha256: Uint8Array; readonly until: Date } | null;
  readonly expiresAt: Date | null;
  readonly until: number;
}

/**
 * Finds out whose key this is. A key that this process has never seen is looked up only if `mayLookUp` says so.
 * @throws DomainError KEY_INVALID
 */
export type KeyVerifier = (key: string, mayLookUp: () => Promise<boolean>) => Promise<ApiKey>;

/** A verifier that remembers keys for two seconds. Secrets are compared in constant time, as hashes. */
export function createKeyVerifier({
  prisma,
  clock,
  logger,
}: Pick<Deps, 'prisma' | 'clock' | 'logger'>): KeyVerifier {
  const known = new Map<string, KnownKey>();
  const touchedAt = new Map<string, number>();

  async function read(prefix: string): Promise<KnownKey | null> {
    const row = await prisma.apiKey.findUnique({ where: { prefix } });
    if (!row || row.revokedAt) {
      known.delete(prefix);
      return null;
    }
    if (known.size >= MAX_KNOWN) known.clear();
    const { id, scopes, expiresAt, previousSha256, previousUntil } = row;
    const entry: KnownKey = {
      id,
      partnerId: row.partnerId ?? COALITION,
      scopes,
      actor: `key:${id}`,
      sha256: row.sha256,
      previous: previousSha256 && previousUntil && { sha256: previousSha256, until: previousUntil },
      expiresAt,
      until: performance.now() + FRESH_MS,
    };
    known.set(prefix, entry);
    return entry;
  }

  function touch(id: string): void {
    const now = performance.now();
    if (now - (touchedAt.get(id) ?? -TOUCH_MS) < TOUCH_MS) return;
    touchedAt.set(id, now);
    prisma.apiKey
      .update({ where: { id }, data: { lastUsedAt: clock.now() } })
      .catch((err) => logger.warn({ err, id }, 'last use of an API key was not written'));
  }

  /** The key of a prefix, and whether it is what was remembered rather than what is in the database now. */
  async function find(
    prefix: string,
    mayLookUp: () => Promise<boolean>,
  ): Promise<{ found: KnownKey | null; isRemembered: boolean }> {
    const entry = known.get(prefix);
    if (entry && entry.until > performance.now()) return { found: entry, isRemembered: true };
    return { found: entry || (await mayLookUp()) ? await read(prefix) : null, isRemembered: false };
  }

  return async (key, mayLookUp) => {
    const prefix = prefixOf(key);
    const { found, isRemembered } =
      prefix === null ? { found: null, isRemembered: false } : await find(prefix, mayLookUp);
    const hash = sha256(key);
    if (matches(found, { hash, now: clock.now() })) return accept(found);
    // A remembered secret may have been changed by another process since this one looked.
    const again = prefix !== null && isRemembered && (await mayLookUp()) ? await read(prefix) : null;
    if (again && matches(again, { hash, now: clock.now() })) return accept(again);
    throw new DomainError('KEY_INVALID');
  };

  function accept({ id, partnerId, scopes, actor }: KnownKey): ApiKey {
    touch(id);
    return { id, partnerId, scopes, actor };
  }
}

const NO_HASH = new Uint8Array(32);

/** An unknown prefix is compared too, with a hash that nothing has, and both secrets always, so that every answer takes as long. */
function matches(found: KnownKey | null, { hash, now }: { hash: Uint8Array; now: Date }): found is KnownKey {
  const isCurrent = timingSafeEqual(hash, found ? found.sha256 : NO_HASH);
  const isPrevious = timingSafeEqual(hash, found?.previous?.sha256 ?? NO_HASH);
  if (!found || (found.expiresAt && found.expiresAt <= now)) return false;
  return isCurrent || (isPrevious && found.previous !== null && found.previous.until > now);
}
