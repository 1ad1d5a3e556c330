import type { Request, RequestHandler } from 'express';
import { type ApiKey, OPERATOR_SCOPE, type Scope } from '../partners/api-key.ts';
import { permissionsOf } from '../partners/permission.ts';
import { actAs, checkScope, findKey, isKeyLive, keyOf } from '../partners/require-key.ts';
import { findSession } from '../sessions/require-session.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { listWorkplaces } from './staff.repository.ts';

type GuardDeps = Pick<Deps, 'pool' | 'clock'>;

const SESSION = /^Bearer tss_/i;

/**
 * Lets those pass who may do this for a brand: an API key with the scope, or a session of somebody whose role has the permission. What is the
 * operator's takes a key. A key costs no question to the database here; a session is looked up each time, so that whoever is removed, or has
 * signed out, is so at once. Refuses with KEY_MISSING, KEY_SCOPE_MISSING, SESSION_INVALID, NOT_STAFF, BRAND_UNCLEAR or STAFF_PERMISSION_MISSING.
 */
export function requirePartner(deps: GuardDeps, permission: Scope): RequestHandler {
  return async (request, _response, next) => {
    const isSession =
      permission !== OPERATOR_SCOPE && SESSION.test(request.headers.authorization ?? '') && !findKey(request);
    if (!isSession) {
      checkScope(keyOf(request), permission);
      return next();
    }
    const caller = await findStaff(deps, request);
    checkRole(caller, permission);
    actAs(request, caller);
    next();
  };
}

/** Whether whoever began a long request may still go on with it. */
export async function mayStill(deps: GuardDeps, request: Request, permission: Scope): Promise<boolean> {
  if (!SESSION.test(request.headers.authorization ?? '')) {
    return isKeyLive(deps, keyOf(request));
  }
  try {
    checkRole(await findStaff(deps, request), permission);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

function checkRole(caller: ApiKey, permission: Scope): void {
  if (caller.scopes.includes(permission)) return;
  throw new DomainError('STAFF_PERMISSION_MISSING', {
    message: `Your role lacks "${permission}".`,
    details: { permission },
  });
}

/** Who has signed in, as one of the brand's people. @throws DomainError SESSION_MISSING, SESSION_INVALID, NOT_STAFF, BRAND_UNCLEAR */
async function findStaff(deps: GuardDeps, request: Request): Promise<ApiKey> {
  const { account } = await findSession(deps, request);
  const places = await listWorkplaces(deps.pool, fromHex(account));
  const named = request.headers['x-partner'];
  const chosen =
    named === undefined ? places : places.filter(({ partner_id }) => String(partner_id) === named);
  const [place, another] = chosen;
  if (!place) throw new DomainError('NOT_STAFF');
  if (another) throw new DomainError('BRAND_UNCLEAR', { details: { brands: places.length } });
  const { id, partner_id: partnerId, role } = place;
  return { id, partnerId, scopes: permissionsOf(role), actor: `staff:${account}` };
}
