import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { Member, MemberName } from './member.ts';
import { findMemberByAccount, findMemberByCode } from './members.repository.ts';

/** The member that a till names by code or account. @throws DomainError MEMBER_UNKNOWN */
export async function findMember({ pool }: Pick<Deps, 'pool'>, name: MemberName): Promise<Member> {
  const member =
    'code' in name ? await findMemberByCode(pool, name.code) : await findMemberByAccount(pool, name.account);
  if (member) return member;
  const given = 'code' in name ? name.code : name.account;
  throw new DomainError('MEMBER_UNKNOWN', {
    message: `No member is known by ${given}.`,
    details: { member: given },
    fields: [{ field: 'member', message: 'No member is known by this.' }],
  });
}
