import { findUnclaimedPurchase } from '../claims/find-unclaimed-purchase.ts';
import { listReturns } from '../returns/list-returns.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { presentPurchase } from './purchase.ts';
import { findPurchaseState } from './purchases.repository.ts';

/** A partner's own purchase with its present status and what was returned of it. @throws DomainError PURCHASE_UNKNOWN, also for another partner's */
export async function findPurchase(
  deps: Pick<Deps, 'pool' | 'network' | 'clock' | 'config'>,
  { partnerId, purchaseId }: { partnerId: number; purchaseId: string },
) {
  const state = await findPurchaseState(deps.pool, { partnerId, purchaseId });
  // Without a receipt it may be one that nobody has claimed.
  const unclaimed = state ? null : await findUnclaimedPurchase(deps, { partnerId, purchaseId });
  if (unclaimed) return unclaimed;
  if (!state)
    throw new DomainError('PURCHASE_UNKNOWN', {
      message: `There is no purchase ${purchaseId}.`,
      details: { purchase: purchaseId },
      fields: [{ field: 'id', message: 'The brand of this key has no purchase with this id.' }],
    });
  const { recorded, id, amount, currency, items, status, reason } = state;
  return {
    ...presentPurchase(recorded),
    status,
    ...(reason !== null && { reason }),
    amount,
    currency,
    ...(items && { items }),
    returns: await listReturns(deps, id),
  };
}
