import { DomainError } from '../shared/errors.ts';
import type { ApiKey } from './api-key.ts';

/** Nobody gives away more than they have. @throws DomainError KEY_BEYOND_OWN that names the first permission that is missing */
export function requirePermissions(by: ApiKey, wanted: readonly string[], field: string): void {
  const missing = wanted.find((permission) => !by.scopes.includes(permission));
  if (missing === undefined) return;
  throw new DomainError('KEY_BEYOND_OWN', {
    message: `It would be allowed "${missing}", which you are not.`,
    details: { permission: missing },
    fields: [{ field, message: `You lack "${missing}" yourself.` }],
  });
}
