import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { presentListed } from './claim.ts';
import { findClaimByPurchase, markWithdrawn, tellOfClaims } from './claims.repository.ts';

/**
 * Open → lapsed for a purchase that was taken back before anybody claimed its points. Safe to repeat.
 * @throws DomainError CLAIM_UNKNOWN for a purchase that has no claim, CLAIM_TAKEN when somebody has the points: then it is a return
 */
export async function withdrawClaim(
  { pool, clock, hints }: Pick<Deps, 'pool' | 'clock' | 'hints'>,
  { key, purchaseId }: { key: ApiKey; purchaseId: string },
) {
  const about = { partnerId: key.partnerId, purchaseId, now: clock.now() };
  const listed = await transact(pool, async (tx) => {
    const claim = await findClaimByPurchase(tx, { ...about, lock: true });
    if (!claim) throw new DomainError('CLAIM_UNKNOWN', { details: { purchase: purchaseId } });
    if (claim.status === 'accepted')
      throw new DomainError('CLAIM_TAKEN', { details: { purchase: purchaseId } });
    // Where only the time has passed, the job tells of it; where this has been asked before, there is nothing to tell.
    if (claim.status === 'lapsed') return presentListed(claim);
    const withdrawn = { ...claim, status: 'lapsed' as const, settledAt: about.now };
    await markWithdrawn(tx, { id: claim.id, at: about.now });
    await tellOfClaims(tx, [withdrawn], 'lapsed');
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'claim.withdrawn',
      subject: `purchase:${purchaseId}`,
      after: { points: claim.points.toString() },
    });
    return presentListed(withdrawn);
  });
  hints.give('events');
  return listed;
}
