import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import type { IndexedBlock } from './chain-block.ts';
import {
  type Cursor,
  insertEvents,
  insertHeaders,
  moveCursor,
  prune,
  readCursor,
} from './cursor.repository.ts';
import { finalize } from './finalize.ts';
import { projectBlock } from './project-event.ts';
import { loadProjection, saveProjection } from './projection.repository.ts';
import { settleMachines } from './settle-machines.ts';

/** Headers and journal are thrown away in steps of this many blocks, not at every block. */
const PRUNE_EVERY = 64n;

/** What applies blocks: the rebuild writes projections alone, because the records and machines are not made anew. */
export interface ApplyOptions {
  readonly projectionsOnly?: boolean;
}

/**
 * Applies blocks that follow the cursor, in one database transaction with it: events, projections, the journal that undoes them, and what
 * they mean for transactions, batches, acts and payments. Returns false, having written nothing, when another process moved the cursor.
 */
export function applyBlocks(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  { cursor, blocks, head }: { cursor: Cursor; blocks: readonly IndexedBlock[]; head: bigint },
  { projectionsOnly = false }: ApplyOptions = {},
): Promise<boolean> {
  const last = blocks.at(-1);
  if (!last) return Promise.resolve(true);
  return transact(pool, async (tx) => {
    const present = await readCursor(tx, { lock: true });
    if (present?.number !== cursor.number || present.hash !== cursor.hash || present.alarm !== null)
      return false;
    const projection = await loadProjection(tx, blocks);
    for (const block of blocks) projectBlock(projection, block);
    await saveProjection(tx, projection);
    await insertHeaders(tx, blocks);
    await insertEvents(tx, blocks);
    if (!projectionsOnly) await settleMachines(tx, blocks);
    const depth = last.number - BigInt(config.confirmations);
    const final = depth > present.final ? depth : present.final;
    if (!projectionsOnly) await finalize(tx, final);
    await moveCursor(tx, { number: last.number, hash: last.hash, final, highestSeen: head });
    const reachable = last.number - BigInt(config.reorgLimit);
    if (reachable / PRUNE_EVERY !== (cursor.number - BigInt(config.reorgLimit)) / PRUNE_EVERY)
      await prune(tx, reachable);
    return true;
  });
}
