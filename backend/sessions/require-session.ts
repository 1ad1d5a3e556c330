import type { Request, RequestHandler } from 'express';
import type { Address } from 'viem';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';

const sessions = new WeakMap<Request, Address>();

/** The account that has signed in for this request; only behind `requireSession`. @throws DomainError SESSION_MISSING */
export function sessionOf(request: Request): Address {
  const account = sessions.get(request);
  if (!account) throw new DomainError('SESSION_MISSING');
  return account;
}

/** The account that a request's token has signed in, as of now. @throws DomainError SESSION_MISSING, SESSION_INVALID */
export async function findSession(
  { prisma, clock }: Pick<Deps, 'prisma' | 'clock'>,
  request: Request,
): Promise<Address> {
  const token = /^Bearer (tss_[A-Za-z0-9_-]{43})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new DomainError('SESSION_MISSING');
  // The lookup is by the hash of 256 random bits, so its timing tells nothing about a token.
  const session = await prisma.session.findUnique({ where: { tokenHash: new Uint8Array(sha256(token)) } });
  if (!session || session.expiresAt <= clock.now()) throw new DomainError('SESSION_INVALID');
  return toAddress(session.account);
}

/** Lets only requests with a live session pass; refuses with SESSION_MISSING or SESSION_INVALID. */
export function requireSession(deps: Pick<Deps, 'prisma' | 'clock'>): RequestHandler {
  return async (request, _response, next) => {
    sessions.set(request, await findSession(deps, request));
    next();
  };
}
