import type { Queryable } from '../database/transact.ts';
import type { PurchaseDraft } from './purchase.ts';
import { insertUnclaimed } from './purchases.repository.ts';

/**
 * Records a sale that is nobody's yet, in the caller's transaction: it earns nothing, and has no receipt, before `givePurchase`. Returns the
 * purchase's id, or null when the brand has a purchase with the till's id already.
 */
export const addUnclaimedPurchase = (
  tx: Queryable,
  purchase: Omit<PurchaseDraft, 'account' | 'actor'> & { receivedAt: Date },
): Promise<bigint | null> => insertUnclaimed(tx, purchase);
