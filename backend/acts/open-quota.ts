import type { Queryable } from '../database/transact.ts';
import type { Act } from '../protocol/acts.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { countSponsored } from './acts.repository.ts';

/** What the network still pays for today, of the members and brands of some acts. */
export interface Quota {
  /** Counts an act. @throws DomainError ACT_NOT_SPONSORED, having counted nothing, when its member or its brand has had all of today's */
  use(act: Act): void;
  /** Takes back what was counted for acts that were refused. */
  giveBack(): Promise<void>;
}

/**
 * Counts all of the acts in advance, and judges each by what the counters said then, so that no two acts share the last free place. Whoever
 * else counts waits until the transaction ends.
 */
export async function openQuota(
  { clock, config }: Pick<Deps, 'clock' | 'config'>,
  tx: Queryable,
  acts: readonly Act[],
): Promise<Quota> {
  const day = clock.now().toISOString().slice(0, 10);
  const limitsOf = ({ member, issuer }: Act) =>
    [
      [`account:${member.toLowerCase()}`, config.sponsoredActsPerDay],
      [`partner:${issuer}`, config.sponsoredActsPerPartnerPerDay],
    ] as const;
  const booked = new Map<string, number>();
  for (const act of acts)
    for (const [subject] of limitsOf(act)) booked.set(subject, (booked.get(subject) ?? 0) + 1);
  const counted = booked.size > 0 ? await countSponsored(tx, booked, day) : new Map<string, number>();
  const used = new Map<string, number>();
  return {
    use(act) {
      const limits = limitsOf(act);
      for (const [subject, limit] of limits) {
        const before = (counted.get(subject) ?? Number.POSITIVE_INFINITY) - (booked.get(subject) ?? 0);
        if (before + (used.get(subject) ?? 0) + 1 > limit)
          throw new DomainError('ACT_NOT_SPONSORED', { details: { subject, limit, day } });
      }
      for (const [subject] of limits) used.set(subject, (used.get(subject) ?? 0) + 1);
    },
    async giveBack() {
      const unused = [...booked].map(
        ([subject, count]) => [subject, (used.get(subject) ?? 0) - count] as const,
      );
      const back = new Map(unused.filter(([, count]) => count < 0));
      if (back.size > 0) await countSponsored(tx, back, day);
    },
  };
}
