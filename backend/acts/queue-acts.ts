import { transact } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { reopenPayments } from '../payments/reopen-payments.ts';
import { countUnmined, enqueueTransaction } from '../relay/outbox.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { ACTS_LIMIT, encodeExecuteBatch, fitActs } from './act.ts';
import { failActs, placeActs, releaseFailed, takeQueuedActs } from './acts.repository.ts';
import { isByOwnEoa } from './is-by-own-eoa.ts';

/** With so many transactions without a block, further acts wait in their queue. */
const UNMINED_LIMIT = 32;

/**
 * Puts queued acts together into transactions of the relay's outbox. One whose deadline has passed fails instead of costing gas.
 * Any number of processes may: each takes other acts. Returns how many acts it moved.
 */
export async function queueActs({
  pool,
  network,
  clock,
}: Pick<Deps, 'pool' | 'network' | 'clock'>): Promise<number> {
  return transact(pool, async (tx) => {
    const failed = await releaseFailed(tx);
    await tellOfActs(tx, failed);
    if (failed.length > 0) await reopenPayments(tx, failed);
    if ((await countUnmined(tx)) >= UNMINED_LIMIT) return 0;
    const queued = await takeQueuedActs(tx, ACTS_LIMIT);
    const late = queued.filter(({ act }) => act.deadline <= clock.seconds()).map(({ id }) => id);
    if (late.length > 0) {
      await failActs(tx, late, toReason(new DomainError('ACT_EXPIRED')));
      await tellOfActs(tx, late);
      await reopenPayments(tx, late);
    }
    const live = queued.filter(({ id }) => !late.includes(id));
    const { count, gasLimit } = fitActs(await Promise.all(live.map((act) => isByOwnEoa(act, network))));
    const acts = live.slice(0, count);
    if (acts.length === 0) return late.length;
    const call = { kind: 'acts', to: network.coalition, data: encodeExecuteBatch(acts), gasLimit } as const;
    const transaction = await enqueueTransaction(tx, call);
    const ids = acts.map(({ id }) => id);
    await placeActs(tx, ids, transaction);
    return ids.length;
  });
}
