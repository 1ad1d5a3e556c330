import { z } from 'zod';
import type { Deps } from '../shared/deps.ts';
import { limitField, PAGE_LIMIT } from '../shared/requests.ts';
import { CLAIM_STATUSES, presentListed } from './claim.ts';
import { listClaims } from './claims.repository.ts';

const MAX_ID = 2n ** 63n - 1n;

/** The query of GET /claims. */
export const claimsQuery = z.strictObject({
  status: z.enum(CLAIM_STATUSES, `Send one of: ${CLAIM_STATUSES.join(', ')}.`).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'Send "next" of the page before, or nothing.')
    .optional(),
  limit: limitField,
});

/** One page of a brand's claims, newest first; `next` is the cursor of the page after, null at the end. */
export async function readClaims(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  partnerId: number,
  { status, cursor, limit = PAGE_LIMIT }: z.output<typeof claimsQuery>,
) {
  const before = cursor === undefined ? MAX_ID : BigInt(cursor);
  const claims = await listClaims(pool, { partnerId, status, before, limit: limit + 1, now: clock.now() });
  const page = claims.slice(0, limit);
  return { claims: page.map(presentListed), next: claims.length > limit ? String(page.at(-1)?.id) : null };
}
