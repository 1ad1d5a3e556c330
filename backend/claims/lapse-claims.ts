import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { markLapsed, tellOfClaims } from './claims.repository.ts';

/** How many claims lapse in one transaction. */
const AT_ONCE = 500;

/** Open → lapsed for claims whose time has passed, and their brands are told; returns how many. Reads judge by the time in any case. */
export function lapseClaims({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  return transact(pool, async (tx) => {
    const lapsed = await markLapsed(tx, { now: clock.now(), limit: AT_ONCE });
    if (lapsed.length === 0) return 0;
    await tellOfClaims(tx, lapsed, 'lapsed');
    const byPartner = Map.groupBy(lapsed, ({ partnerId }) => partnerId);
    // In one order everywhere, because each entry locks its brand's chain.
    for (const [partner, claims] of [...byPartner].sort(([a], [b]) => a - b))
      await appendAudit(tx, {
        partner,
        actor: 'network',
        action: 'claims.lapsed',
        subject: 'claims',
        after: {
          purchases: claims.map(({ purchaseId }) => purchaseId),
          points: claims.reduce((sum, { points }) => sum + points, 0n).toString(),
        },
      });
    return lapsed.length;
  });
}
