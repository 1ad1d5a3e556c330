import type { Queryable } from '../database/transact.ts';
import type { Act } from '../protocol/acts.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { countSponsored, type Sponsored } from './acts.repository.ts';

/** What the network still pays for today: of the members and brands of some acts, and in all. */
export interface Quota {
  /** Counts an act. @throws DomainError ACT_NOT_SPONSORED, having counted nothing, when a limit of today is used up */
  use(priced: PricedAct): void;
  /** Takes back what was counted for acts that were refused. */
  giveBack(): Promise<void>;
}

/** An act and the most that it may cost, in wei. */
export interface PricedAct {
  readonly act: Act;
  readonly wei: bigint;
}

const NETWORK = 'network';
const NOTHING: Sponsored = { acts: 0, wei: 0n };

const add = (counts: Map<string, Sponsored>, subject: string, { acts, wei }: Sponsored): void => {
  const had = counts.get(subject) ?? NOTHING;
  counts.set(subject, { acts: had.acts + acts, wei: had.wei + wei });
};

/**
 * Counts all of the acts in advance, and judges each by what the counters said then, so that no two acts share the last free place. Whoever
 * else counts waits until the transaction ends.
 */
export async function openQuota(
  { clock, config }: Pick<Deps, 'clock' | 'config'>,
  tx: Queryable,
  acts: readonly PricedAct[],
): Promise<Quota> {
  const day = clock.now().toISOString().slice(0, 10);
  const limitsOf = ({ act: { member, issuer } }: PricedAct) =>
    [
      [`account:${member.toLowerCase()}`, config.sponsoredActsPerDay],
      [`partner:${issuer}`, config.sponsoredActsPerPartnerPerDay],
      [NETWORK, config.sponsoredActsOfNetworkPerDay],
    ] as const;
  const booked = new Map<string, Sponsored>();
  for (const priced of acts)
    for (const [subject] of limitsOf(priced)) add(booked, subject, { acts: 1, wei: priced.wei });
  const counted = booked.size > 0 ? await countSponsored(tx, booked, day) : new Map<string, Sponsored>();
  const used = new Map<string, Sponsored>();
  /** What a subject has had before these acts and with those of them that were counted; null when it wasn't booked. */
  const hadBy = (subject: string): Sponsored | null => {
    const [after, before, own] = [counted.get(subject), booked.get(subject), used.get(subject) ?? NOTHING];
    return after && before
      ? { acts: after.acts - before.acts + own.acts, wei: after.wei - before.wei + own.wei }
      : null;
  };
  return {
    use(priced) {
      const limits = limitsOf(priced);
      for (const [subject, limit] of limits) {
        const had = hadBy(subject);
        if (!had || had.acts + 1 > limit)
          throw new DomainError('ACT_NOT_SPONSORED', { details: { subject, limit, day } });
        if (subject === NETWORK && had.wei + priced.wei > config.sponsoredWeiPerDay)
          throw new DomainError('ACT_NOT_SPONSORED', {
            message: 'The network has paid for as much gas as it may today.',
            details: { subject, limitWei: config.sponsoredWeiPerDay.toString(), day },
          });
      }
      for (const [subject] of limits) add(used, subject, { acts: 1, wei: priced.wei });
    },
    async giveBack() {
      const back = new Map<string, Sponsored>();
      for (const [subject, { acts: count, wei }] of booked) {
        const own = used.get(subject) ?? NOTHING;
        if (own.acts < count) back.set(subject, { acts: own.acts - count, wei: own.wei - wei });
      }
      if (back.size > 0) await countSponsored(tx, back, day);
    },
  };
}
