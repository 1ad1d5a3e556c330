import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { accountOfDeviceKey, type Enrolment, type Member } from './member.ts';
import { addMember, findMemberByAccount } from './members.repository.ts';

/**
 * Makes an account a member, once: a repeat answers the same member with `isNew` false. Nothing is proven by it and nothing given, so no signature is
 * asked for; whoever wants to see or spend something has to sign.
 * @throws DomainError REQUEST_INVALID when the public key is no point of P-256
 */
export async function enrolMember(
  { pool }: Pick<Deps, 'pool'>,
  enrolment: Enrolment,
): Promise<{ member: Member; isNew: boolean }> {
  const given =
    'publicKey' in enrolment
      ? { ...enrolment, account: await accountOfDeviceKey(enrolment.publicKey) }
      : enrolment;
  const isNew = await addMember(pool, given);
  const member = await findMemberByAccount(pool, given.account);
  if (!member) throw new DomainError('INTERNAL', { message: `Member ${given.account} vanished.` });
  return { member, isNew };
}
