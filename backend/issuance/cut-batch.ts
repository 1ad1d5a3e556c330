import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { closeLocked } from './close-batches.ts';
import { dissolveBatches, lockPartner, readAccrualPoints } from './issuance.repository.ts';
import type { Batch } from './issuance-batch.ts';

/** A part of a batch is worth a transaction of its own from this part of it on, or of what may ever be minted at once. */
const LEAST_PART = 4n;

/** The batches of a brand that wait, in order, and how many points may be minted now and at most. */
export interface Cut {
  readonly batches: readonly Batch[];
  readonly room: bigint;
  readonly capacity: bigint;
}

/**
 * Makes a smaller batch of the first one's oldest accruals, which the mint allowance has room for; the others are open again. Only batches
 * that were never handed to the relay are taken apart: under their numbers the chain can't have another. False when nothing was done.
 */
export function cutBatch(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  { batches, room, capacity }: Cut,
): Promise<boolean> {
  return transact(pool, async (tx) => {
    const [first] = batches;
    if (!first || room <= 0n || !(await lockPartner(tx, first.partner))) return false;
    let fits = 0n;
    for (const points of await readAccrualPoints(tx, first)) {
      if (fits + points > room) break;
      fits += points;
    }
    const whole = first.points < capacity ? first.points : capacity;
    if (fits === 0n || fits * LEAST_PART < whole) return false;
    if (!(await dissolveBatches(tx, first))) return false;
    return closeLocked(tx, { partner: first.partner, members: config.batchMembers, room: fits });
  });
}
