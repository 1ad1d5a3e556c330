import type { Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import type { Act } from '../protocol/acts.ts';
import { estimateFees } from '../relay/fees.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { fitActs } from './act.ts';
import { countQueued, countSponsored } from './acts.repository.ts';
import { isByOwnEoa } from './is-by-own-eoa.ts';

/** After how many seconds a caller is asked back while acts queue up. */
const RETRY_AFTER_SECONDS = 5;
/** How long a count of the queue is good for, in milliseconds: what came in between goes beyond the limit by little. */
const COUNT_MS = 250;

interface Counted {
  at: number;
  readonly count: Promise<number>;
}
const queues = new WeakMap<Deps['pool'], Counted>();

/**
 * Whether the network takes such an act now: its kind is sponsored, and the queue has room.
 * @throws DomainError ACT_KIND_NOT_SPONSORED, OVERLOADED (with Retry-After)
 */
export async function checkSponsorship(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  { kind }: Pick<Act, 'kind'>,
): Promise<void> {
  if (!config.sponsoredActKinds.includes(kind))
    throw new DomainError('ACT_KIND_NOT_SPONSORED', {
      details: { kind, sponsored: config.sponsoredActKinds.join(', ') },
    });
  const last = queues.get(pool);
  const fresh = last && performance.now() - last.at < COUNT_MS ? last : undefined;
  const counted = fresh ?? { at: performance.now(), count: countQueued(pool, config.actQueueLimit) };
  queues.set(pool, counted);
  // A count that failed is no count, and lets nobody in.
  const queued = await counted.count.catch((error: unknown) => {
    queues.delete(pool);
    throw error;
  });
  if (queued >= config.actQueueLimit)
    throw new DomainError('OVERLOADED', {
      message: `${queued} acts wait for their turn.`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
}

/** The most that an act may cost the network at present fees, in wei. @throws DomainError CHAIN_UNAVAILABLE: without a price nothing is paid for */
export async function priceSponsorship(
  deps: Pick<Deps, 'chain' | 'network'>,
  signed: { readonly act: Act; readonly signature: Hex },
): Promise<bigint> {
  const { maxFeePerGas } = await estimateFees(deps).catch((cause: unknown) => {
    throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  });
  return fitActs([await isByOwnEoa(signed, deps.network)]).gasLimit * maxFeePerGas;
}

/**
 * Counts an act against the day's limits of its member, its brand and the whole network, and its price against the network's budget. The
 * counters go up first and are judged by what they say then, so that no two acts share the last free place. A refusal takes them back.
 * @throws DomainError ACT_NOT_SPONSORED with the limit that is used up
 */
export async function countAgainstLimits(
  { clock, config }: Pick<Deps, 'clock' | 'config'>,
  tx: Queryable,
  { act, wei }: { act: Act; wei: bigint },
): Promise<void> {
  const day = clock.now().toISOString().slice(0, 10);
  // The network's row comes last: everybody's waits for it until the commit.
  const limits = [
    [`account:${act.member.toLowerCase()}`, config.sponsoredActsPerDay],
    [`partner:${act.issuer}`, config.sponsoredActsPerPartnerPerDay],
    ['network', config.sponsoredActsOfNetworkPerDay],
  ] as const;
  for (const [subject, limit] of limits) {
    const counted = await countSponsored(tx, { subject, day, wei });
    if (counted.acts > limit)
      throw new DomainError('ACT_NOT_SPONSORED', { details: { subject, limit, day } });
    if (subject === 'network' && counted.wei > config.sponsoredWeiPerDay)
      throw new DomainError('ACT_NOT_SPONSORED', {
        message: 'The network has paid for as much gas as it may today.',
        details: { subject, limitWei: config.sponsoredWeiPerDay.toString(), day },
      });
  }
}
