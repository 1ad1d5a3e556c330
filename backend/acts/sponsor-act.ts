import type { Act } from '../protocol/acts.ts';
import { estimateFees } from '../relay/fees.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { countQueued } from './acts.repository.ts';

/** After how many seconds a caller is asked back while acts queue up. */
const RETRY_AFTER_SECONDS = 5;
/** How long a count of the queue is good for, in milliseconds: what came in between goes beyond the limit by little. */
const COUNT_MS = 250;

interface Counted {
  at: number;
  readonly count: Promise<number>;
}
const queues = new WeakMap<Deps['pool'], Counted>();

/** Whether the network pays for such acts at all. @throws DomainError ACT_KIND_NOT_SPONSORED */
export function checkKind({ config }: Pick<Deps, 'config'>, { kind }: Pick<Act, 'kind'>): void {
  if (!config.sponsoredActKinds.includes(kind))
    throw new DomainError('ACT_KIND_NOT_SPONSORED', {
      details: { kind, sponsored: config.sponsoredActKinds.join(', ') },
    });
}

/**
 * Whether the network takes such an act now: its kind is sponsored, and the queue has room.
 * @throws DomainError ACT_KIND_NOT_SPONSORED, OVERLOADED (with Retry-After)
 */
export async function checkSponsorship(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  act: Pick<Act, 'kind'>,
): Promise<void> {
  checkKind({ config }, act);
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

/** The most that a unit of gas may cost at present, in wei. @throws DomainError CHAIN_UNAVAILABLE: without a price nothing is paid for */
export async function priceSponsorship(deps: Pick<Deps, 'chain'>): Promise<bigint> {
  const { maxFeePerGas } = await estimateFees(deps).catch((cause: unknown) => {
    throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  });
  return maxFeePerGas;
}
