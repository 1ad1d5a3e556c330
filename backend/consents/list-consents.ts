import type { Address } from 'viem';
import { toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { foreignCursor, type PageRequest } from '../shared/pages.ts';
import { PAGE_LIMIT } from '../shared/requests.ts';
import { type ConsentRow, readConsentHistory, readConsents } from './consents.repository.ts';

/** A word of a member as the API answers it. */
export const presentConsent = ({
  purpose,
  granted,
  text,
  origin,
  at,
  audit_seq,
  audit_hash,
}: ConsentRow) => ({
  purpose,
  granted,
  text,
  ...(origin !== null && { origin }),
  at: at.toISOString(),
  proof: { seq: audit_seq, hash: toHex(audit_hash) },
});

/** The member's last word about each purpose that they ever spoke of; about all others it is no. */
export const listConsents = async ({ pool }: Pick<Deps, 'pool'>, account: Address) =>
  (await readConsents(pool, account)).map(presentConsent);

const CURSOR = /^before-([1-9]\d{0,17})$/;
const NEWEST = 2n ** 62n;

/** A page of everything that a member ever said, the newest first. @throws DomainError REQUEST_INVALID for a foreign cursor */
export async function listConsentHistory(
  { pool }: Pick<Deps, 'pool'>,
  { account, cursor, limit = PAGE_LIMIT }: { account: Address } & PageRequest,
) {
  const place = cursor && CURSOR.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (cursor !== undefined && !place) throw foreignCursor();
  const before = place ? BigInt(place) : NEWEST;
  const rows = await readConsentHistory(pool, { account, before, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last ? Buffer.from(`before-${last.id}`).toString('base64url') : null;
  return { items: page.map(presentConsent), next };
}
