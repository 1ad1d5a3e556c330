/** What a brand does with its API keys; each change stands in the brand's audit chain. */
import type { PoolClient } from 'pg';
import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import { type ApiKey, randomApiKey, type Scope } from './api-key.ts';
import {
  countKeys,
  findKeyRow,
  type KeyRow,
  listKeyRows,
  renameKeyRow,
  rotateKeyRow,
} from './api-keys.repository.ts';
import { createApiKey, revokeApiKey } from './create-api-key.ts';
import { requirePermissions } from './require-permissions.ts';

/** How many live keys a brand may have. */
export const MAX_KEYS = 100;

type KeyDeps = Pick<Deps, 'pool' | 'prisma' | 'clock'>;
/** Which key, and by whom. */
interface KeyCall {
  readonly id: string;
  readonly key: ApiKey;
}

/** The brand's keys, those that ended long ago included, newest first. */
export async function listApiKeys(
  { pool, clock }: KeyDeps,
  key: ApiKey,
  after: string | null,
  limit: number,
) {
  const rows = await listKeyRows(pool, { partner: key.partnerId, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    keys: page.map((row) => presentKey(row, clock.now())),
    next: rows.length > limit && last ? last.id : null,
  };
}

/** Makes a key, which is in the answer and in no other. @throws DomainError KEY_BEYOND_OWN, KEYS_TOO_MANY, REQUEST_INVALID */
export async function makeApiKey(
  { pool, prisma, clock }: KeyDeps,
  {
    key: by,
    request,
  }: { key: ApiKey; request: { name: string; scopes: Scope[]; expiresAt?: Date | undefined } },
) {
  const { name, scopes, expiresAt } = request;
  requirePermissions(by, scopes, 'scopes');
  if (expiresAt && expiresAt <= clock.now())
    throw new DomainError('REQUEST_INVALID', {
      fields: [{ field: 'expiresAt', message: 'Send a time that is still to come.' }],
    });
  const { partnerId, actor } = by;
  if ((await countKeys(pool, partnerId, clock.now())) >= MAX_KEYS)
    throw new DomainError('KEYS_TOO_MANY', { details: { limit: MAX_KEYS } });
  const made = await createApiKey(prisma, {
    partnerId,
    name,
    scopes,
    actor,
    ...(expiresAt && { expiresAt }),
  });
  const row = await findKeyRow(pool, { id: made.id, partner: partnerId });
  if (!row) throw new DomainError('API_KEY_UNKNOWN');
  return { ...presentKey(row, clock.now()), key: made.key };
}

/** Gives a key another name. @throws DomainError API_KEY_UNKNOWN */
export function renameApiKey({ pool, clock }: KeyDeps, call: KeyCall, name: string) {
  return transact(pool, async (tx) => {
    const row = await lockKey(tx, call);
    await renameKeyRow(tx, row.id, name);
    await audit(tx, call, 'api-key.renamed', { before: { name: row.name }, after: { name } });
    return presentKey({ ...row, name }, clock.now());
  });
}

/**
 * Gives a key a new secret; the old one is good for `overlapSeconds` more. Whoever rotates a key holds it afterwards, so they need all that it
 * may do. @throws DomainError API_KEY_UNKNOWN, KEY_BEYOND_OWN
 */
export function rotateApiKey({ pool, clock }: KeyDeps, call: KeyCall, overlapSeconds: number) {
  return transact(pool, async (tx) => {
    const row = await lockKey(tx, call);
    requirePermissions(call.key, row.scopes, 'id');
    const now = clock.now();
    if (row.expires_at && row.expires_at <= now) throw unknownKey();
    const { key } = randomApiKey(row.prefix);
    const until = overlapSeconds > 0 ? new Date(now.getTime() + overlapSeconds * 1000) : null;
    const changed = {
      ...row,
      sha256: sha256(key),
      previous_sha256: until && row.sha256,
      previous_until: until,
    };
    await rotateKeyRow(tx, changed);
    await audit(tx, call, 'api-key.rotated', { after: { overlapSeconds } });
    return { ...presentKey(changed, now), key };
  });
}

/** Ends a key. @throws DomainError API_KEY_UNKNOWN */
export async function endApiKey({ prisma }: KeyDeps, { id, key }: KeyCall): Promise<void> {
  if (!(await revokeApiKey(prisma, { id, actor: key.actor, partnerId: key.partnerId }))) throw unknownKey();
}

const unknownKey = () =>
  new DomainError('API_KEY_UNKNOWN', {
    fields: [{ field: 'id', message: 'The brand has no live key with this id.' }],
  });

async function lockKey(tx: PoolClient, { id, key }: KeyCall): Promise<KeyRow> {
  const row = await findKeyRow(tx, { id, partner: key.partnerId }, { lock: true });
  if (!row || row.revoked_at) throw unknownKey();
  return row;
}

const audit = (
  tx: PoolClient,
  { id, key }: KeyCall,
  action: string,
  change: { before?: object; after: object },
) =>
  appendAudit(tx, {
    partner: key.partnerId,
    actor: key.actor,
    action,
    subject: `api-key:${id}`,
    ...change,
  });

function presentKey(row: KeyRow, now: Date) {
  const isOver = row.expires_at !== null && row.expires_at <= now;
  const overlaps = row.previous_until !== null && row.previous_until > now;
  return {
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    scopes: row.scopes,
    status: row.revoked_at ? ('revoked' as const) : isOver ? ('expired' as const) : ('active' as const),
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    previousSecretUntil: overlaps ? (row.previous_until?.toISOString() ?? null) : null,
  };
}
