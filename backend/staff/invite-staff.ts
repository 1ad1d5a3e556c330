/** How people come to work for a brand: by an invitation that works once, or because the chain names them as its admin. */
import { randomUUID } from 'node:crypto';
import type { Address } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { permissionsOf, type StaffRole } from '../partners/permission.ts';
import { requirePermissions } from '../partners/require-permissions.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { randomToken, sha256 } from '../shared/ids.ts';
import {
  insertInvite,
  insertStaff,
  listInvites,
  listStaff,
  revokeInvite,
  takeInvite,
  updateRole,
} from './staff.repository.ts';

/** People and open invitations of one brand. */
export const MAX_STAFF = 200;
const TOKEN_BYTES = 32;

type StaffDeps = Pick<Deps, 'pool' | 'clock'>;

/** A new token of an invitation, and what is kept of it. */
export function randomInvite(): { token: string; hash: Buffer } {
  const token = `tsi_${randomToken(TOKEN_BYTES)}`;
  return { token, hash: sha256(token) };
}

/** Invites somebody. The token is in the answer and nowhere else. @throws DomainError KEY_BEYOND_OWN, STAFF_TOO_MANY */
export async function inviteStaff(
  { pool, clock, config }: StaffDeps & Pick<Deps, 'config'>,
  { key, request }: { key: ApiKey; request: { role: StaffRole; name: string; validSeconds: number } },
) {
  const { role, name, validSeconds } = request;
  requirePermissions(key, permissionsOf(role), 'role');
  const { token, hash } = randomInvite();
  const now = clock.now();
  const row = {
    id: randomUUID(),
    partner_id: key.partnerId,
    role,
    name,
    created_at: now,
    expires_at: new Date(now.getTime() + validSeconds * 1000),
    token_hash: hash,
  };
  await transact(pool, async (tx) => {
    const people = await listStaff(tx, key.partnerId, { lock: true });
    const open = await listInvites(tx, key.partnerId, now);
    if (people.length + open.length >= MAX_STAFF)
      throw new DomainError('STAFF_TOO_MANY', { details: { limit: MAX_STAFF } });
    await insertInvite(tx, row);
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'staff.invited',
      subject: `invite:${row.id}`,
      after: { role, name, expiresAt: row.expires_at.toISOString() },
    });
  });
  const link = `${config.origins[0]}/console#invite=${token}`;
  return { id: row.id, role, name, token, link, expiresAt: row.expires_at.toISOString() };
}

/** Takes an invitation back. @throws DomainError INVITE_UNKNOWN */
export function takeBackInvite(
  { pool, clock }: StaffDeps,
  { id, key }: { id: string; key: ApiKey },
): Promise<void> {
  return transact(pool, async (tx) => {
    const row = await revokeInvite(tx, { id, partner: key.partnerId, now: clock.now() });
    if (!row) throw new DomainError('INVITE_UNKNOWN');
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'staff.invite-revoked',
      subject: `invite:${id}`,
      before: { role: row.role, name: row.name },
    });
  });
}

/** Lets in whoever has signed in and brings the token; the token is used up. @throws DomainError INVITE_UNKNOWN, STAFF_ALREADY */
export function acceptInvite(
  { pool, clock }: StaffDeps,
  { account, token }: { account: Address; token: string },
) {
  return transact(pool, async (tx) => {
    const invite = await takeInvite(tx, sha256(token), clock.now());
    if (!invite) throw new DomainError('INVITE_UNKNOWN');
    const { partner_id: partner, role, name } = invite;
    await join(tx, { clock, account, partner, role, name, by: `invite:${invite.id}` });
    return { partner, role, permissions: [...permissionsOf(role)] };
  });
}

/**
 * Makes an account the owner of the brand whose admin it is on the chain, at this moment.
 * @throws DomainError CLAIM_REFUSED, STAFF_ALREADY (as an owner), CHAIN_UNAVAILABLE
 */
export async function claimBrand(
  deps: StaffDeps & Pick<Deps, 'chain' | 'network'>,
  { account, partner }: { account: Address; partner: number },
) {
  const hub = { address: deps.network.coalition, abi: CoalitionAbi } as const;
  const report = await deps.chain
    .readContract({ ...hub, functionName: 'partnerReports' })
    .catch((cause: unknown) => {
      throw new DomainError('CHAIN_UNAVAILABLE', { cause });
    });
  const admin = report.find((one) => one.partner === partner)?.admin;
  if (admin !== account)
    throw new DomainError('CLAIM_REFUSED', { details: { partner, account, admin: admin ?? null } });
  return transact(deps.pool, async (tx) => {
    const known = (await listStaff(tx, partner, { lock: true })).find((row) =>
      row.account.equals(fromHex(account)),
    );
    if (known) {
      if (known.role === 'owner') throw new DomainError('STAFF_ALREADY');
      await updateRole(tx, known.id, 'owner');
      await auditJoin(tx, { account, partner, role: 'owner', by: 'chain:admin', before: known.role });
    } else
      await join(tx, { clock: deps.clock, account, partner, role: 'owner', name: '', by: 'chain:admin' });
    return { partner, role: 'owner', permissions: [...permissionsOf('owner')] };
  });
}

type Tx = Parameters<typeof appendAudit>[0];

async function join(
  tx: Tx,
  who: {
    clock: Deps['clock'];
    account: Address;
    partner: number;
    role: string;
    name: string;
    by: string;
  },
): Promise<void> {
  const { clock, account, partner, role, name, by } = who;
  const row = {
    id: randomUUID(),
    partner_id: partner,
    account: fromHex(account),
    role,
    name,
    joined_at: clock.now(),
  };
  if (!(await insertStaff(tx, row))) throw new DomainError('STAFF_ALREADY');
  await auditJoin(tx, { account, partner, role, by });
}

const auditJoin = (
  tx: Tx,
  {
    account,
    partner,
    role,
    by,
    before,
  }: { account: Address; partner: number; role: string; by: string; before?: string },
) =>
  appendAudit(tx, {
    partner,
    actor: `staff:${account}`,
    action: 'staff.joined',
    subject: `staff:${account}`,
    ...(before !== undefined && { before: { role: before } }),
    after: { role, by },
  });
