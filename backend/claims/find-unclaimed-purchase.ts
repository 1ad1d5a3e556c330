import type { Deps } from '../shared/deps.ts';
import { presentOpened } from './claim.ts';
import { findClaimByPurchase } from './claims.repository.ts';
import { linkOf } from './link-of.ts';

/** A purchase of a brand whose points nobody has claimed, as it is now; null when there is none, or when somebody has. */
export async function findUnclaimedPurchase(
  deps: Pick<Deps, 'pool' | 'clock' | 'config'>,
  { partnerId, purchaseId }: { partnerId: number; purchaseId: string },
) {
  const claim = await findClaimByPurchase(deps.pool, { partnerId, purchaseId, now: deps.clock.now() });
  if (!claim || claim.status === 'accepted') return null;
  const { status, ...purchase } = presentOpened(claim, linkOf(deps, claim));
  return {
    ...purchase,
    status: claim.status === 'lapsed' ? ('lapsed' as const) : status,
    amount: claim.amount.toString(),
    currency: claim.currency,
    ...(claim.lines && { items: claim.lines }),
    returns: [],
  };
}
