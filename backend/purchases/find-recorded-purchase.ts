import type { Queryable } from '../database/transact.ts';
import type { RecordedPurchase } from './purchase.ts';
import { findRecorded } from './purchases.repository.ts';

/** A purchase of a brand with its receipt; null when there is none, or when it is nobody's yet. */
export async function findRecordedPurchase(
  tx: Queryable,
  key: { partnerId: number; purchaseId: string },
): Promise<RecordedPurchase | null> {
  return (await findRecorded(tx, [key]))[0] ?? null;
}
