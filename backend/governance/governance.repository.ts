/** Prepared transactions, and what the chain's events say became of them. */
import type { Queryable } from '../database/transact.ts';
import type { Prepared } from './prepare-transaction.ts';

export interface PreparedRow {
  readonly id: string;
  readonly partner_id: number | null;
  readonly action: string;
  readonly params: object;
  readonly prepared: Prepared;
  readonly prepared_block: bigint;
  readonly created_by: string;
  readonly created_at: Date;
  readonly admission: object | null;
}

const asText = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** The last block that is indexed: only what comes after it can be what is prepared now. Null before the first. */
export async function readIndexedBlock(tx: Queryable): Promise<bigint | null> {
  const { rows } = await tx.query('SELECT number FROM indexer_cursor');
  return rows[0]?.number ?? null;
}

export const insertPrepared = (tx: Queryable, row: PreparedRow) =>
  tx.query(
    `INSERT INTO prepared_transactions (id, partner_id, action, params, prepared, prepared_block, created_by, created_at, admission)
     VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9::jsonb)`,
    [
      row.id,
      row.partner_id,
      row.action,
      JSON.stringify(row.params, asText),
      JSON.stringify(row.prepared),
      row.prepared_block,
      row.created_by,
      row.created_at,
      row.admission && JSON.stringify(row.admission, asText),
    ],
  );

/** One of a brand's, or of the operator's (null). */
export async function findPrepared(
  tx: Queryable,
  { id, partner }: { id: string; partner: number | null },
): Promise<PreparedRow | null> {
  const { rows } = await tx.query<PreparedRow>(
    'SELECT * FROM prepared_transactions WHERE id = $1 AND partner_id IS NOT DISTINCT FROM $2',
    [id, partner],
  );
  return rows[0] ?? null;
}

/** The first event of the hub behind a block that has these arguments, and whether it is final. */
export async function findEvent(
  tx: Queryable,
  { name, args, after }: { name: string; args: object; after: bigint },
): Promise<{ transaction: Buffer; block: bigint; isFinal: boolean } | null> {
  const { rows } = await tx.query(
    `SELECT transaction_hash, number, number <= (SELECT final FROM indexer_cursor) AS is_final FROM chain_events
     WHERE number > $1 AND name = $2 AND args @> $3::jsonb ORDER BY number, log_index LIMIT 1`,
    [after, name, JSON.stringify(args)],
  );
  const row = rows[0];
  return row ? { transaction: row.transaction_hash, block: row.number, isFinal: row.is_final } : null;
}

/** Whether a brand has this name in URLs, or is about to. */
export async function isSlugTaken(tx: Queryable, slug: string): Promise<boolean> {
  const { rowCount } = await tx.query('SELECT 1 FROM partner_programmes WHERE slug = $1', [slug]);
  return rowCount === 1;
}
