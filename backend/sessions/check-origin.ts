import { DomainError } from '../shared/errors.ts';

/**
 * Makes sure that a sign-in names a site of ours, and the page that sends it, where its browser says which that is.
 * @throws DomainError SIGN_IN_ORIGIN_FOREIGN
 */
export function checkOrigin(
  allowed: readonly string[],
  { signed, page, field = 'origin' }: { signed: string; page: string | undefined; field?: string },
): void {
  if (allowed.includes(signed) && (page === undefined || page === signed)) return;
  throw new DomainError('SIGN_IN_ORIGIN_FOREIGN', {
    message: `The sign-in names the origin ${signed}.`,
    details: { signed, page: page ?? null },
    fields: [{ field, message: `Sign in from one of: ${allowed.join(', ')}.` }],
  });
}
