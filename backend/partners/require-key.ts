import type { Request, RequestHandler } from 'express';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { limitFailures } from '../shared/http/limits.ts';
import type { ApiKey, Scope } from './api-key.ts';
import { isLive } from './api-keys.repository.ts';
import { createKeyVerifier } from './verify-api-key.ts';

const keys = new WeakMap<Request, ApiKey>();

/** The checked API key that a request came with, if it did. */
export const findKey = (request: Request): ApiKey | undefined => keys.get(request);

/** Whoever acts for a brand in a request behind `requirePartner` (backend/staff). @throws DomainError KEY_MISSING */
export function keyOf(request: Request): ApiKey {
  const key = keys.get(request);
  if (!key) throw new DomainError('KEY_MISSING');
  return key;
}

/**
 * Checks the API key of every request that brings one, before anything else of it is looked at, so that what follows can trust `findKey`.
 * It refuses a wrong key with KEY_INVALID, and an address that tries many with RATE_LIMITED.
 */
export function identifyKey(deps: Pick<Deps, 'prisma' | 'clock' | 'logger'>): RequestHandler {
  const verify = createKeyVerifier(deps);
  const failures = limitFailures();
  return async (request, response, next) => {
    const given = /^Bearer (tsk_.*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return next();
    try {
      keys.set(request, await verify(given, async () => !(await failures.isOver(request))));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return failures.count(request, response, (limited?: unknown) => next(limited ?? error));
    }
    next();
  };
}

/** Whether a key is live as of now: asked anew, for what goes on for long. */
export async function isKeyLive(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { id }: ApiKey,
): Promise<boolean> {
  return isLive(pool, id, clock.now());
}

/** Says who acts in a request that came without a key. */
export const actAs = (request: Request, caller: ApiKey): void => {
  keys.set(request, caller);
};

/** @throws DomainError KEY_SCOPE_MISSING */
export function checkScope(key: ApiKey, scope: Scope): void {
  if (key.scopes.includes(scope)) return;
  throw new DomainError('KEY_SCOPE_MISSING', {
    message: `The key lacks the scope "${scope}".`,
    details: { scope },
  });
}
