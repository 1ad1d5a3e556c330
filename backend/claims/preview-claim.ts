import type { Deps } from '../shared/deps.ts';
import { claimUnknown, hashSecret } from './claim.ts';
import { findClaimBySecret } from './claims.repository.ts';

/** What waits behind a claim link, for whoever has it; it says nothing of whoever accepted it. @throws DomainError CLAIM_UNKNOWN */
export async function previewClaim({ pool, clock }: Pick<Deps, 'pool' | 'clock'>, secret: string) {
  // The lookup is by the hash of 192 random bits, so its timing tells nothing about a secret.
  const claim = await findClaimBySecret(pool, { secretHash: hashSecret(secret), now: clock.now() });
  if (!claim) throw claimUnknown();
  const { partnerId: partner, points, status, expiresAt, occurredAt } = claim;
  return {
    partner,
    points: points.toString(),
    status,
    occurredAt: occurredAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
