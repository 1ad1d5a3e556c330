/** The people of brands, and the invitations that are out. */
import type { Queryable } from '../database/transact.ts';

export interface StaffRow {
  readonly id: string;
  readonly partner_id: number;
  readonly account: Buffer;
  readonly role: string;
  readonly name: string;
  readonly joined_at: Date;
}

export interface InviteRow {
  readonly id: string;
  readonly partner_id: number;
  readonly role: string;
  readonly name: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** Where an account works. */
export async function listWorkplaces(tx: Queryable, account: Buffer): Promise<StaffRow[]> {
  const sql = 'SELECT * FROM staff_members WHERE account = $1 ORDER BY partner_id';
  return (await tx.query<StaffRow>({ name: 'list-workplaces', text: sql, values: [account] })).rows;
}

/** All people of a brand, the first to join first. With `lock`, nobody else changes them until the transaction ends. */
export async function listStaff(tx: Queryable, partner: number, { lock = false } = {}): Promise<StaffRow[]> {
  const { rows } = await tx.query<StaffRow>(
    `SELECT * FROM staff_members WHERE partner_id = $1 ORDER BY id ${lock ? 'FOR UPDATE' : ''}`,
    [partner],
  );
  return rows;
}

/** Lets somebody in. False when the account works there already. */
export async function insertStaff(tx: Queryable, row: StaffRow): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO staff_members (id, partner_id, account, role, name, joined_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (partner_id, account) DO NOTHING`,
    [row.id, row.partner_id, row.account, row.role, row.name, row.joined_at],
  );
  return rowCount === 1;
}

export const updateRole = (tx: Queryable, id: string, role: string) =>
  tx.query('UPDATE staff_members SET role = $2 WHERE id = $1', [id, role]);

export const deleteStaff = (tx: Queryable, id: string) =>
  tx.query('DELETE FROM staff_members WHERE id = $1', [id]);

/** Invitations that can still be accepted. */
export async function listInvites(tx: Queryable, partner: number, now: Date): Promise<InviteRow[]> {
  const { rows } = await tx.query<InviteRow>(
    `SELECT id, partner_id, role, name, created_at, expires_at FROM staff_invites
     WHERE partner_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 ORDER BY id`,
    [partner, now],
  );
  return rows;
}

export const insertInvite = (tx: Queryable, row: InviteRow & { readonly token_hash: Buffer }) =>
  tx.query(
    `INSERT INTO staff_invites (id, partner_id, token_hash, role, name, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.partner_id, row.token_hash, row.role, row.name, row.created_at, row.expires_at],
  );

/** Uses an invitation up, if it still can be: whoever is second finds nothing. */
export async function takeInvite(tx: Queryable, tokenHash: Buffer, now: Date): Promise<InviteRow | null> {
  const { rows } = await tx.query<InviteRow>(
    `UPDATE staff_invites SET accepted_at = $2
     WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2
     RETURNING id, partner_id, role, name, created_at, expires_at`,
    [tokenHash, now],
  );
  return rows[0] ?? null;
}

/** Takes an invitation back; null when there is none that could be accepted. */
export async function revokeInvite(
  tx: Queryable,
  { id, partner, now }: { id: string; partner: number; now: Date },
): Promise<InviteRow | null> {
  const { rows } = await tx.query<InviteRow>(
    `UPDATE staff_invites SET revoked_at = $3
     WHERE id = $1 AND partner_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3
     RETURNING id, partner_id, role, name, created_at, expires_at`,
    [id, partner, now],
  );
  return rows[0] ?? null;
}
