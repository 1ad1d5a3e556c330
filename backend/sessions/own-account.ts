import type { Request } from 'express';
import type { Address } from 'viem';
import { DomainError } from '../shared/errors.ts';
import { sessionOf } from './require-session.ts';

/** The account of the session, which has to be the one that the path names. @throws DomainError SESSION_FOREIGN */
export function ownAccount(request: Request, account: Address): Address {
  const session = sessionOf(request);
  if (account !== session) throw new DomainError('SESSION_FOREIGN', { details: { session, account } });
  return session;
}
