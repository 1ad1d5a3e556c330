import type { Pool } from 'pg';
import type { Address } from 'viem';
import type { DeviceKey } from '../protocol/account.ts';
import { fromHex, toAddress } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';
import { randomMemberCode } from '../shared/ids.ts';
import type { Member } from './member.ts';

interface MemberRow {
  account: Buffer;
  code: string;
  kind: Member['kind'];
}

/** How often a code that is taken is drawn again; at 35 million members a draw fails one time in three. */
const CODE_DRAWS = 40;

const toMember = (row: MemberRow): Member => ({ ...row, account: toAddress(row.account) });

/** The member of an account; null when there is none. */
export async function findMemberByAccount(pool: Pool, account: Address): Promise<Member | null> {
  const sql = 'SELECT account, code, kind FROM members WHERE account = $1';
  const { rows } = await pool.query<MemberRow>(sql, [fromHex(account)]);
  return rows[0] ? toMember(rows[0]) : null;
}

/** The member with a code; null when there is none. */
export async function findMemberByCode(pool: Pool, code: string): Promise<Member | null> {
  const { rows } = await pool.query<MemberRow>('SELECT account, code, kind FROM members WHERE code = $1', [
    code,
  ]);
  return rows[0] ? toMember(rows[0]) : null;
}

/**
 * Adds those accounts that are no members yet, as EOAs. Safe to repeat and to run anywhere at once: accounts are inserted in order, so two
 * callers can't lock each other out, and one whose random code is taken is drawn again.
 */
export async function addAccounts(pool: Pool, accounts: readonly Address[]): Promise<void> {
  let missing = accounts.map((account) => account.toLowerCase() as Address).sort();
  for (let draw = 0; missing.length > 0; draw++) {
    if (draw >= CODE_DRAWS) throw new DomainError('INTERNAL', { message: 'No free member code was found.' });
    const bytes = missing.map(fromHex);
    await pool.query(
      `INSERT INTO members (account, code, kind) SELECT account, code, 'eoa' FROM unnest($1::bytea[], $2::text[]) AS t(account, code)
       ON CONFLICT DO NOTHING`,
      [bytes, missing.map(randomMemberCode)],
    );
    const sql =
      'SELECT account FROM unnest($1::bytea[]) AS t(account) WHERE NOT EXISTS (SELECT FROM members m WHERE m.account = t.account)';
    const { rows } = await pool.query<{ account: Buffer }>(sql, [bytes]);
    missing = rows.map(({ account }) => toAddress(account).toLowerCase() as Address).sort();
  }
}

/** Adds a member, or adds the P-256 key to one that was known by address only. Returns whether the account is new. */
export async function addMember(
  pool: Pool,
  {
    account,
    publicKey,
    kind = publicKey ? 'device' : 'eoa',
  }: { account: Address; publicKey?: DeviceKey; kind?: Member['kind'] },
): Promise<boolean> {
  const key = publicKey ? [fromHex(publicKey.x), fromHex(publicKey.y)] : [null, null];
  for (let draw = 0; draw < CODE_DRAWS; draw++) {
    const { rowCount } = await pool.query(
      `INSERT INTO members (account, code, kind, public_key_x, public_key_y) VALUES ($1, $2, $3::member_kind, $4, $5)
       ON CONFLICT DO NOTHING`,
      [fromHex(account), randomMemberCode(), kind, ...key],
    );
    if (rowCount === 1) return true;
    if (await findMemberByAccount(pool, account)) {
      if (publicKey) await addKey(pool, account, { kind, key });
      return false;
    }
  }
  throw new DomainError('INTERNAL', { message: 'No free member code was found.' });
}

async function addKey(
  pool: Pool,
  account: Address,
  { kind, key }: { kind: Member['kind']; key: (Buffer | null)[] },
): Promise<void> {
  const sql = `UPDATE members SET kind = $4::member_kind, public_key_x = $2, public_key_y = $3 WHERE account = $1 AND kind = 'eoa'`;
  await pool.query(sql, [fromHex(account), ...key, kind]);
}
