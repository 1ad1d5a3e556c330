import type { AccountFinder } from '../members/find-account.ts';
import type { ApiKey } from '../partners/api-key.ts';
import type { ProgrammeReader } from '../partners/find-programme.ts';
import type { Deps } from '../shared/deps.ts';
import type { Points } from '../shared/units.ts';
import { judgeSale } from './judge-sale.ts';
import { hashPurchase, type MemberPurchase } from './purchase.ts';
import type { PurchaseRecorder, Recording } from './purchase-recorder.ts';
import { findRecorded } from './purchases.repository.ts';

/** What recording a purchase takes, beyond the request. */
export interface RecordPurchaseDeps extends Pick<Deps, 'pool' | 'clock'> {
  readonly recorder: PurchaseRecorder;
  readonly programmeOf: ProgrammeReader;
  readonly accountOf: AccountFinder;
}

/**
 * Records a till's sale and gives the member its points, once per id of the till, for ever. An account that nobody has heard of becomes a
 * member; a code has to be known.
 * @throws DomainError MEMBER_UNKNOWN, PROGRAMME_MISSING, CURRENCY_UNSUPPORTED, POINTS_TOO_MANY, REQUEST_INVALID, and those of the recorder
 */
export async function recordPurchase(
  deps: RecordPurchaseDeps,
  { key, sale }: { key: ApiKey; sale: MemberPurchase },
): Promise<Recording> {
  const { partnerId } = key;
  const { id: purchaseId, amount, currency, occurredAt, items } = sale;
  const [{ earning }, account] = await Promise.all([
    deps.programmeOf(partnerId),
    deps.accountOf(sale.member),
  ]);
  const facts = { account, amount, currency, occurredAt, items };
  const bodyHash = hashPurchase(facts);
  const about = { partnerId, purchaseId, bodyHash, ...facts, earning, actor: key.actor };
  let points: Points;
  try {
    points = judgeSale(sale, { earning, now: deps.clock.seconds() });
  } catch (refusal) {
    // Rules change; what was recorded under the old ones is still the answer to its own request.
    const [recorded] = await findRecorded(deps.pool, [about]);
    if (recorded?.bodyHash.equals(bodyHash)) return { recorded, first: false };
    throw refusal;
  }
  return deps.recorder.record({ ...about, points });
}
