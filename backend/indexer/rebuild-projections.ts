import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { readCursor } from './cursor.repository.ts';
import { createFollower } from './follow-chain.ts';

const COMPARED = [
  'partners',
  'charities',
  'coalition_pots',
  'token_supplies',
  'token_accounts',
  'redemptions',
  'chain_events',
  'partner_movements',
  'partner_positions',
] as const;
const REBUILT = [...COMPARED, 'blocks', 'undo_journal', 'indexer_cursor'] as const;
/** How often the rebuild may find that the indexer has moved on before it gives up. */
const MAX_CATCH_UPS = 1_000;

/** What a rebuild found: the block that both stand on, and how many rows of each table were not as the chain says. */
export interface Rebuild {
  readonly block: bigint;
  readonly differences: Readonly<Record<(typeof COMPARED)[number], number>>;
}

/**
 * Builds the projections anew from the chain, beside the present ones, up to the indexer's block; compares, and puts them in their place in
 * one database transaction. Records and machines are not touched, readers and the indexer go on meanwhile.
 */
export async function rebuildProjections(deps: Deps): Promise<Rebuild> {
  const schema = `rebuild_${randomBytes(6).toString('hex')}`;
  await deps.pool.query(`CREATE SCHEMA ${schema}`);
  const pool = new Pool({ ...deps.pool.options, max: 2, options: `-c search_path=${schema},public` });
  try {
    for (const table of REBUILT)
      await deps.pool.query(`CREATE TABLE ${schema}.${table} (LIKE public.${table} INCLUDING ALL)`);
    const follower = createFollower({ ...deps, pool }, { projectionsOnly: true });
    for (let attempt = 0; attempt < MAX_CATCH_UPS; attempt++) {
      const live = await readCursor(deps.pool);
      if (!live) throw new DomainError('NOT_READY');
      await follower.step({ until: live.number });
      const rebuild = await swap(deps, schema);
      if (rebuild) return rebuild;
    }
    throw new DomainError('NOT_READY', { message: 'The chain moved faster than the rebuild.' });
  } finally {
    await pool.end();
    await deps.pool.query(`DROP SCHEMA ${schema} CASCADE`);
  }
}

/** Compares and swaps while the indexer is held; null when it has moved past the rebuild. */
function swap({ pool }: Pick<Deps, 'pool'>, schema: string): Promise<Rebuild | null> {
  return transact(pool, async (tx) => {
    const live = await readCursor(tx, { lock: true });
    const built = (await tx.query(`SELECT number FROM ${schema}.indexer_cursor`)).rows[0];
    if (!live || built?.number !== live.number) return null;
    const differences = {
      partners: 0,
      charities: 0,
      coalition_pots: 0,
      token_supplies: 0,
      token_accounts: 0,
      redemptions: 0,
      chain_events: 0,
      partner_movements: 0,
      partner_positions: 0,
    };
    for (const table of COMPARED) {
      const { rows } = await tx.query<{ count: bigint }>(
        `SELECT count(*) FROM ((TABLE public.${table} EXCEPT TABLE ${schema}.${table})
           UNION ALL (TABLE ${schema}.${table} EXCEPT TABLE public.${table})) difference`,
      );
      differences[table] = Number(rows[0]?.count);
    }
    for (const table of REBUILT) {
      await tx.query(`DELETE FROM public.${table}`);
      await tx.query(`INSERT INTO public.${table} SELECT * FROM ${schema}.${table}`);
    }
    return { block: live.number, differences };
  });
}
