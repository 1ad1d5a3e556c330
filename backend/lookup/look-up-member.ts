import type { Address } from 'viem';
import { findAccountByCard } from '../cards/find-by-card.ts';
import { findAccountByContact } from '../contacts/find-by-contact.ts';
import { enrolMember } from '../members/enrol-member.ts';
import { findMember } from '../members/find-member.ts';
import type { Member } from '../members/member.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { bytesToHex, hexToBytes } from '../protocol/bytes.ts';
import { verifyPresence } from '../protocol/presence.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError, hasDomainCode } from '../shared/errors.ts';
import type { Lookup } from './lookup.ts';

type LookupDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'network'>;

/**
 * The member that a till means, by whatever one thing it knows. Every lookup stands in the brand's audit chain with how it was done and whom it
 * found, never with the contact or the card itself.
 * @throws DomainError MEMBER_UNKNOWN, CARD_BLOCKED, PRESENCE_INVALID, PRESENCE_STALE, SECRETS_KEY_MISSING
 */
export async function lookUpMember(
  deps: LookupDeps,
  { key, lookup }: { key: ApiKey; lookup: Lookup },
): Promise<Member> {
  const found = await find(deps, key, lookup).catch((error: unknown) => {
    if (hasDomainCode(error, 'MEMBER_UNKNOWN', 'CARD_BLOCKED', 'PRESENCE_INVALID', 'PRESENCE_STALE'))
      return error as DomainError;
    throw error;
  });
  const refusal = found instanceof DomainError ? found : null;
  await appendAudit(deps.pool, {
    partner: key.partnerId,
    actor: key.actor,
    action: 'member.looked-up',
    subject: found instanceof DomainError ? 'nobody' : `member:${found.account}`,
    after: { by: lookup.by, ...(refusal && { refused: refusal.code }) },
  });
  if (found instanceof DomainError) throw found;
  return found;
}

async function find(deps: LookupDeps, key: ApiKey, lookup: Lookup): Promise<Member> {
  switch (lookup.by) {
    case 'name':
      return findMember(deps, lookup.name);
    case 'qr':
      return findByPresence(deps, lookup.qr);
    case 'card':
      return memberOf(
        deps,
        await findAccountByCard(deps, { partnerId: key.partnerId, number: lookup.number }),
        'card',
      );
    case 'email':
    case 'phone':
      return memberOf(
        deps,
        await findAccountByContact(deps, { kind: lookup.by, sha256: lookup.sha256 }),
        lookup.by,
      );
  }
}

/** Whoever shows the changing code of a wallet now. A wallet that nobody has heard of is enrolled: it may have been offline since it was made. */
async function findByPresence(deps: LookupDeps, qr: string): Promise<Member> {
  const { network, config, clock } = deps;
  const about = { network, origins: config.origins, now: clock.seconds() };
  const shown = await verifyPresence(qr, about, recoverEoaNative);
  if (typeof shown === 'string')
    throw new DomainError(shown, { fields: [{ field: 'qr', message: 'This code is not good now.' }] });
  const signature = hexToBytes(shown.signature);
  if (signature.length !== 128) return (await enrolMember(deps, { account: shown.member })).member;
  const publicKey = { x: bytesToHex(signature.subarray(0, 32)), y: bytesToHex(signature.subarray(32, 64)) };
  return (await enrolMember(deps, { publicKey })).member;
}

async function memberOf(
  deps: Pick<Deps, 'pool'>,
  account: Address | null,
  by: 'card' | 'email' | 'phone',
): Promise<Member> {
  if (account) return findMember(deps, { account });
  throw new DomainError('MEMBER_UNKNOWN', {
    message: `No member is known by this ${by === 'email' ? 'e-mail address' : by === 'phone' ? 'phone number' : by}.`,
    fields: [{ field: by, message: 'No member is known by this.' }],
  });
}
