import { openClaim } from '../claims/open-claim.ts';
import type { ApiKey } from '../partners/api-key.ts';
import type { Deps } from '../shared/deps.ts';
import { type PurchaseRequest, presentPurchase } from './purchase.ts';
import { type RecordPurchaseDeps, recordPurchase } from './record-purchase.ts';

export type ReportPurchaseDeps = RecordPurchaseDeps & Pick<Deps, 'config' | 'hints'>;

/**
 * Takes what a till reports: the points go to the member that it names, or wait for a customer with a claim link. `first` is whether this call
 * recorded the purchase; a repeat gets the first answer. @throws what `recordPurchase` and `openClaim` throw
 */
export async function reportPurchase(
  deps: ReportPurchaseDeps,
  { key, sale }: { key: ApiKey; sale: PurchaseRequest },
) {
  const { member } = sale;
  if ('claim' in member) return openClaim(deps, { key, sale });
  const { recorded, first } = await recordPurchase(deps, { key, sale: { ...sale, member } });
  return { answer: presentPurchase(recorded), first };
}
