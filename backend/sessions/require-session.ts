import type { Request, RequestHandler } from 'express';
import type { Address } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import { SESSION_FRESH_SECONDS, SESSION_IDLE_SECONDS } from './session.ts';
import { findSessionByHash, type SessionRecord, touchSession } from './sessions.repository.ts';

/** How often the last use of a session is written, at most. */
const TOUCH_SECONDS = 60;

const sessions = new WeakMap<Request, SessionRecord>();

/** The session of this request; only behind `requireSession`. @throws DomainError SESSION_MISSING */
export function presentSession(request: Request): SessionRecord {
  const session = sessions.get(request);
  if (!session) throw new DomainError('SESSION_MISSING');
  return session;
}

/** The account that has signed in for this request; only behind `requireSession`. @throws DomainError SESSION_MISSING */
export const sessionOf = (request: Request): Address => presentSession(request).account;

/** The session that a request's token is of, live as of now. @throws DomainError SESSION_MISSING, SESSION_INVALID */
export async function findSession(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  request: Request,
): Promise<SessionRecord> {
  const token = /^Bearer (tss_[A-Za-z0-9_-]{43})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new DomainError('SESSION_MISSING');
  // The lookup is by the hash of 256 random bits, so its timing tells nothing about a token.
  const session = await findSessionByHash(pool, sha256(token));
  const now = clock.now();
  const idleSeconds = session ? (now.getTime() - session.lastUsedAt.getTime()) / 1000 : 0;
  if (!session || session.expiresAt <= now || idleSeconds >= SESSION_IDLE_SECONDS)
    throw new DomainError('SESSION_INVALID');
  if (idleSeconds >= TOUCH_SECONDS) await touchSession(pool, session.hash, now);
  return session;
}

/** Lets only requests with a live session pass; refuses with SESSION_MISSING or SESSION_INVALID. */
export function requireSession(deps: Pick<Deps, 'pool' | 'clock'>): RequestHandler {
  return async (request, _response, next) => {
    sessions.set(request, await findSession(deps, request));
    next();
  };
}

/** Lets only requests pass whose member has signed in just now; goes behind `requireSession`. Refuses with SESSION_NOT_FRESH. */
export function requireFreshSession({ clock }: Pick<Deps, 'clock'>): RequestHandler {
  return (request, _response, next) => {
    const age = clock.seconds() - Math.floor(presentSession(request).createdAt.getTime() / 1000);
    if (age <= SESSION_FRESH_SECONDS) return next();
    throw new DomainError('SESSION_NOT_FRESH', {
      message: `The session is ${age} seconds old.`,
      details: { age, limit: SESSION_FRESH_SECONDS },
    });
  };
}
