/** What owners do with the people of their brand. A brand that has an owner always keeps one. */
import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { permissionsOf, type StaffRole } from '../partners/permission.ts';
import { requirePermissions } from '../partners/require-permissions.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { fromHex, toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import {
  deleteStaff,
  listInvites,
  listStaff,
  listWorkplaces,
  type StaffRow,
  updateRole,
} from './staff.repository.ts';

type StaffDeps = Pick<Deps, 'pool' | 'clock'>;
type Tx = Parameters<typeof appendAudit>[0];
/** Whom, and by whom. */
interface StaffCall {
  readonly account: Address;
  readonly key: ApiKey;
}

const present = (row: StaffRow) => ({
  account: toAddress(row.account),
  role: row.role,
  name: row.name,
  joinedAt: row.joined_at.toISOString(),
});

/** The people of a brand and the invitations that are out, of which no token is told. */
export async function readStaff({ pool, clock }: StaffDeps, partner: number) {
  const [people, invites] = await Promise.all([
    listStaff(pool, partner),
    listInvites(pool, partner, clock.now()),
  ]);
  return {
    staff: people.map(present),
    invites: invites.map(({ id, role, name, expires_at }) => ({
      id,
      role,
      name,
      expiresAt: expires_at.toISOString(),
    })),
  };
}

/** Where an account works, and what it may do there. */
export async function readWorkplaces({ pool }: StaffDeps, account: Address) {
  const places = await listWorkplaces(pool, fromHex(account));
  return {
    brands: places.map(({ partner_id, role }) => ({
      partner: partner_id,
      role,
      permissions: [...permissionsOf(role)],
    })),
  };
}

/**
 * Gives somebody another role. Both roles have to be within what the caller may do, so that nobody takes an owner's place from below.
 * @throws DomainError STAFF_UNKNOWN, KEY_BEYOND_OWN, STAFF_LAST_OWNER
 */
export function changeRole({ pool }: StaffDeps, call: StaffCall, role: StaffRole) {
  return transact(pool, async (tx) => {
    const row = await lockOne(tx, call);
    requirePermissions(call.key, permissionsOf(role), 'role');
    if (role !== 'owner') await keepAnOwner(tx, call, row);
    await updateRole(tx, row.id, role);
    await audit(tx, call, 'staff.role-changed', { before: { role: row.role }, after: { role } });
    return present({ ...row, role });
  });
}

/** Removes somebody, at once. @throws DomainError STAFF_UNKNOWN, KEY_BEYOND_OWN, STAFF_LAST_OWNER */
export function removeStaff({ pool }: StaffDeps, call: StaffCall): Promise<void> {
  return transact(pool, async (tx) => {
    const row = await lockOne(tx, call);
    await keepAnOwner(tx, call, row);
    await deleteStaff(tx, row.id);
    await audit(tx, call, 'staff.removed', { before: { role: row.role, name: row.name } });
  });
}

/** Locks all people of the brand, so that two owners can't remove each other at once. */
async function lockOne(tx: Tx, { account, key }: StaffCall): Promise<StaffRow> {
  const people = await listStaff(tx, key.partnerId, { lock: true });
  const row = people.find((one) => one.account.equals(fromHex(account)));
  if (!row) throw new DomainError('STAFF_UNKNOWN');
  requirePermissions(key, permissionsOf(row.role), 'account');
  return row;
}

async function keepAnOwner(tx: Tx, { key }: StaffCall, row: StaffRow): Promise<void> {
  if (row.role !== 'owner') return;
  const owners = (await listStaff(tx, key.partnerId)).filter(({ role }) => role === 'owner');
  if (owners.length < 2) throw new DomainError('STAFF_LAST_OWNER');
}

const audit = (
  tx: Tx,
  { account, key }: StaffCall,
  action: string,
  change: { before?: object; after?: object },
) =>
  appendAudit(tx, {
    partner: key.partnerId,
    actor: key.actor,
    action,
    subject: `staff:${account}`,
    ...change,
  });
