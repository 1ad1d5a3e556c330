import type { Address } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { findMember } from './find-member.ts';
import type { MemberName } from './member.ts';

/** How many codes a process remembers; a code is its account's for ever. */
const MAX_KNOWN_CODES = 100_000;

/** The account that a till means. @throws DomainError MEMBER_UNKNOWN for a code that nobody has; an account needs to be known to nobody */
export type AccountFinder = (name: MemberName) => Promise<Address>;

/** A finder that asks the database for each code once. */
export function createAccountFinder(deps: Pick<Deps, 'pool'>): AccountFinder {
  const known = new Map<string, Address>();
  return async (name) => {
    if ('account' in name) return name.account;
    const remembered = known.get(name.code);
    if (remembered) return remembered;
    const { account } = await findMember(deps, name);
    if (known.size >= MAX_KNOWN_CODES) known.clear();
    known.set(name.code, account);
    return account;
  };
}
