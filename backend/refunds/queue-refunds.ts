import type { Address } from 'viem';
import { revertToError } from '../chain/decode-revert.ts';
import { simulate } from '../chain/simulate.ts';
import { transact } from '../database/transact.ts';
import { tellOfRefunds } from '../events/tell-of-refunds.ts';
import { findIssuer } from '../issuance/find-issuer.ts';
import { countUnmined, enqueueTransaction } from '../relay/outbox.ts';
import type { ErrorCode } from '../shared/catalogue.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { encodeRefund, type Refund } from './refund.ts';
import { markQueued, markRefused, readReadyRefunds, releaseFailed } from './refunds.repository.ts';

/** Refunds looked at in a turn. */
const REFUNDS_AT_ONCE = 32;
/** With so many transactions without a block, further refunds wait in their queue. */
const UNMINED_LIMIT = 32;
/** A refund that the chain would refuse is looked at again after this long. */
const RETRY_MS = 2_000;
/** A refund costs at most 185,000 where a new word is dear. */
const GAS_LIMIT = 400_000n;

/** What no time and no money cures. */
const NEVER = new Set<ErrorCode>([
  'REFUND_EXPIRED',
  'POINTS_NEVER_MINTED',
  'POINTS_EPOCH_AHEAD',
  'ACCOUNT_INVALID',
  'PARTNER_UNKNOWN',
]);

type QueueDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'config'>;

/**
 * Puts refunds into the relay's outbox, each in a transaction of its own and in the database transaction that says so. One that the chain would
 * refuse now waits with the reason, and is looked at again until it goes; one that it would always refuse has failed. The chain takes each id
 * once, so a refund that is sent again after a crash or a lost nonce can't give back twice. Returns how many were queued.
 */
export async function queueRefunds(deps: QueueDeps): Promise<number> {
  const { pool } = deps;
  await releaseFailed(pool);
  const refunds = await readReadyRefunds(pool, { limit: REFUNDS_AT_ONCE, retryMs: RETRY_MS });
  if (refunds.length === 0 || (await countUnmined(pool)) >= UNMINED_LIMIT) return 0;
  const issuer = await findIssuer(deps);
  if (!issuer) return 0;
  let queued = 0;
  for (const refund of refunds) {
    const refusal = await refusalOf(deps, refund, issuer);
    if (refusal) await refuse(deps, refund, refusal);
    else if (await enqueue(deps, refund)) queued += 1;
  }
  return queued;
}

/** What the chain would say to a refund now; null when it would make it. */
async function refusalOf(deps: QueueDeps, refund: Refund, from: Address): Promise<DomainError | null> {
  const call = { from, to: deps.network.coalition, data: encodeRefund(refund), gas: GAS_LIMIT };
  const simulation = await simulate(deps, call);
  return 'revert' in simulation ? revertToError(simulation.revert, 'REFUND_REFUSED') : null;
}

function refuse({ pool }: QueueDeps, { id }: Refund, refusal: DomainError): Promise<void> {
  const status = NEVER.has(refusal.code) ? 'failed' : 'waiting';
  return transact(pool, async (tx) => {
    const isNews = await markRefused(tx, id, { status, reason: toReason(refusal) });
    if (isNews) await tellOfRefunds(tx, [id]);
  });
}

/** The outbox row and the refund's new state in one database transaction; false when another process was first. */
async function enqueue({ pool, network }: QueueDeps, refund: Refund): Promise<boolean> {
  const taken = new DomainError('REFUND_REFUSED', { message: 'Another process queued the refund.' });
  const call = { kind: 'refunds', to: network.coalition, gasLimit: GAS_LIMIT } as const;
  const work = transact(pool, async (tx) => {
    const id = await enqueueTransaction(tx, { ...call, data: encodeRefund(refund) });
    if (!(await markQueued(tx, refund.id, id))) throw taken;
    return true;
  });
  return work.catch((error: unknown) => {
    if (error === taken) return false;
    throw error;
  });
}
