import { type Queryable, transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';

/** The coalition's own audit chain. */
const COALITION = 0;

/** Whose hand it was, and why. */
export interface FreezeNote {
  readonly actor: string;
  readonly reason: string;
}

/**
 * Freezes all lanes of the chain: within a second none signs or sends anything, until an operator unfreezes it. What was sent before may still
 * be mined. Returns how many were frozen just now; a frozen one keeps its first reason.
 */
export function freezeLanes(
  { pool, network }: Pick<Deps, 'pool' | 'network'>,
  { actor, reason }: FreezeNote,
): Promise<number> {
  return transact(pool, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      'UPDATE lanes SET frozen_reason = $2 WHERE chain_id = $1 AND frozen_reason IS NULL RETURNING id',
      [network.chainId, reason],
    );
    if (rows.length > 0) await note(tx, { actor, action: 'lanes.frozen', lanes: rows, reason });
    return rows.length;
  });
}

/** Lets a lane, or all when none is named, send again. Returns how many were frozen. */
export function unfreezeLanes(
  { pool, network }: Pick<Deps, 'pool' | 'network'>,
  { lane, actor, reason }: FreezeNote & { readonly lane: number | null },
): Promise<number> {
  return transact(pool, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `UPDATE lanes SET frozen_reason = NULL WHERE chain_id = $1 AND frozen_reason IS NOT NULL AND id = coalesce($2, id) RETURNING id`,
      [network.chainId, lane],
    );
    if (rows.length > 0) await note(tx, { actor, action: 'lanes.unfrozen', lanes: rows, reason });
    return rows.length;
  });
}

/** How many lanes of the chain are frozen. */
export async function countFrozen({ pool, network }: Pick<Deps, 'pool' | 'network'>): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM lanes WHERE chain_id = $1 AND frozen_reason IS NOT NULL';
  return (await pool.query<{ count: number }>(sql, [network.chainId])).rows[0]?.count ?? 0;
}

const note = (
  tx: Queryable,
  entry: FreezeNote & { readonly action: string; readonly lanes: readonly { id: number }[] },
) =>
  appendAudit(tx, {
    partner: COALITION,
    actor: entry.actor,
    action: entry.action,
    subject: `lanes:${entry.lanes.map(({ id }) => id).join(',')}`,
    after: { reason: entry.reason },
  });
