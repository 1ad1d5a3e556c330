import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import type { ApplyOptions } from './apply-blocks.ts';
import { lowerHeight } from './chain-block.ts';
import {
  type Cursor,
  deleteAbove,
  moveCursor,
  raiseAlarm,
  readCursor,
  readHashes,
} from './cursor.repository.ts';
import { fetchAgreedHeader } from './find-head.ts';
import { undoProjection } from './projection.repository.ts';
import { unsettleMachines } from './settle-machines.ts';

const HASHES_AT_ONCE = 32;

/**
 * Walks back to the common ancestor and undoes everything above it in one database transaction with the cursor. When there is none within
 * `reorgLimit` blocks nothing is undone: an alarm stops the indexer, because either the chain broke its word or this is another chain.
 */
export async function rollBack(
  deps: Pick<Deps, 'pool' | 'config' | 'logger' | 'endpoints'>,
  { cursor, head }: { cursor: Cursor; head: bigint },
  { projectionsOnly = false }: ApplyOptions = {},
): Promise<void> {
  const { pool, logger, config } = deps;
  const from = head < cursor.number ? head : cursor.number;
  const ancestor = await findAncestor(deps, { from, lowest: cursor.number - BigInt(config.reorgLimit) });
  await transact(pool, async (tx) => {
    const present = await readCursor(tx, { lock: true });
    if (present?.number !== cursor.number || present.hash !== cursor.hash) return;
    if (!ancestor) {
      const alarm = `No common ancestor within ${config.reorgLimit} blocks below ${cursor.number}`;
      logger.fatal({ alarm: 'REORG_TOO_DEEP', cursor: cursor.number, head }, `${alarm}: the indexer stops`);
      await raiseAlarm(tx, alarm);
      return;
    }
    const depth = cursor.number - ancestor.number;
    logger.warn(
      { depth, ancestor: ancestor.number },
      'The chain forked: blocks above the common ancestor are undone',
    );
    if (!projectionsOnly) await unsettleMachines(tx, ancestor.number);
    await undoProjection(tx, ancestor.number);
    await deleteAbove(tx, ancestor.number);
    const final = lowerHeight(ancestor.number, present.final);
    await moveCursor(tx, { ...ancestor, final, highestSeen: head });
  });
}

/** The highest block that both the database and a quorum of endpoints have. */
async function findAncestor(
  deps: Pick<Deps, 'pool' | 'config' | 'logger' | 'endpoints'>,
  { from, lowest }: { from: bigint; lowest: bigint },
): Promise<Pick<Cursor, 'number' | 'hash'> | null> {
  for (let at = from; at >= lowest; ) {
    const ours = await readHashes(deps.pool, { from: at, limit: HASHES_AT_ONCE });
    const theirs = await Promise.all(ours.map(({ number }) => fetchAgreedHeader(deps, number)));
    const common = ours.find(({ hash }, index) => theirs[index]?.hash === hash);
    if (common) return common.number >= lowest ? common : null;
    const last = ours.at(-1);
    if (!last) return null;
    at = last.number - 1n;
  }
  return null;
}
