import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';
import { readBalances } from './read-balances.ts';

/** The member's own row. */
export const memberData: PersonalSection = {
  name: 'member',
  tables: ['members'],
  read: readRows(
    `SELECT '1' AS place, jsonb_build_object('account', '0x' || encode(account, 'hex'), 'code', code, 'kind', kind, 'createdAt', created_at,
       'publicKey', CASE WHEN public_key_x IS NOT NULL THEN jsonb_build_object('x', '0x' || encode(public_key_x, 'hex'),
         'y', '0x' || encode(public_key_y, 'hex')) END) AS item
     FROM members WHERE account = $1 AND $2::bigint < 1 LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: {
    kept: 'The account’s address and till code stay, because its purchases and points are booked under them. They name nobody by themselves.',
  },
};

/** What the account holds, as the chain has it. */
export const balancesData: PersonalSection = {
  name: 'balances',
  tables: ['token_accounts'],
  async *read(deps, account) {
    yield await readBalances(deps, account);
  },
  erase: { kept: 'Points are on the chain, from which nobody can remove anything.' },
};
