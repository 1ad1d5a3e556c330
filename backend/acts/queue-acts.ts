import { transact } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { reopenPayments } from '../payments/reopen-payments.ts';
import { countUnmined, enqueueTransaction } from '../relay/outbox.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { failActs, placeActs, releaseFailed, takeQueuedActs } from './acts.repository.ts';
import { callsOf } from './encode-acts.ts';
import { isByOwnEoa } from './is-by-own-eoa.ts';

/** With so many transactions without a block, further acts wait in their queue. */
const UNMINED_LIMIT = 32;
/** The most acts that one turn puts into transactions. */
export const ACTS_AT_ONCE = 600;

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
    const queued = await takeQueuedActs(tx, ACTS_AT_ONCE);
    const late = queued.filter(({ act }) => act.deadline <= clock.seconds()).map(({ id }) => id);
    if (late.length > 0) {
      await failActs(tx, late, toReason(new DomainError('ACT_EXPIRED')));
      await tellOfActs(tx, late);
      await reopenPayments(tx, late);
    }
    const live = queued.filter(({ id }) => !late.includes(id));
    const planned = await Promise.all(
      live.map(async (record) => ({ ...record, byOwnEoa: await isByOwnEoa(record, network) })),
    );
    for (const { data, gasLimit, acts } of callsOf(planned)) {
      const call = { kind: 'acts', to: network.coalition, data, gasLimit } as const;
      const transaction = await enqueueTransaction(tx, call);
      await placeActs(
        tx,
        acts.map(({ id }) => id),
        transaction,
      );
    }
    return queued.length;
  });
}
