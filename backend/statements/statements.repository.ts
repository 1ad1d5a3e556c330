/** Rows of the brands' accounts. Only what is final is read. */
import type { Queryable } from '../database/transact.ts';
import { isQuartersPerEpoch } from '../protocol/epochs.ts';
import { toHex } from '../shared/bytes.ts';
import { type Changes, changesFromJson } from './accounts.ts';
import type { Terms, Words } from './expiry.ts';

/** Where a brand stood after a block. */
export interface StandRow extends Words {
  readonly block: bigint;
  readonly reserve: bigint;
  readonly matchBudget: bigint;
  readonly totals: Changes;
}

/** A brand's calendar; null for a brand that the chain does not know. */
export async function readTerms(tx: Queryable, partner: number): Promise<Terms | null> {
  const { rows } = await tx.query('SELECT quarters_per_epoch, validity FROM partners WHERE id = $1', [
    partner,
  ]);
  const quartersPerEpoch = rows[0]?.quarters_per_epoch;
  if (!isQuartersPerEpoch(quartersPerEpoch)) return null;
  return { quartersPerEpoch, validity: rows[0].validity };
}

/** The last final block, and its time in Unix seconds; null before there is one. */
export async function readFinal(tx: Queryable): Promise<{ block: bigint; at: number } | null> {
  const { rows } = await tx.query(
    'SELECT b.number, b.timestamp FROM indexer_cursor c JOIN blocks b ON b.number <= c.final ORDER BY b.number DESC LIMIT 1',
  );
  return rows[0] ? { block: rows[0].number, at: Number(rows[0].timestamp) } : null;
}

/** Where a brand stood before an instant (Unix seconds), by what is final; null before it joined. */
export async function readStand(
  tx: Queryable,
  { partner, before, final }: { partner: number; before: number; final: bigint },
): Promise<StandRow | null> {
  const { rows } = await tx.query(
    `SELECT * FROM partner_positions WHERE partner_id = $1 AND timestamp < $2 AND number <= $3
     ORDER BY timestamp DESC, number DESC LIMIT 1`,
    [partner, before, final],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    block: row.number,
    timestamp: Number(row.timestamp),
    supplyWord: BigInt(row.supply_word),
    valuesWord: BigInt(row.values_word),
    reserve: BigInt(row.reserve),
    matchBudget: BigInt(row.match_budget),
    totals: changesFromJson(row.totals),
  };
}

/** Whether anything at all is known of a brand's accounts. */
export async function hasAccounts(tx: Queryable, partner: number): Promise<boolean> {
  const { rowCount } = await tx.query('SELECT 1 FROM partner_positions WHERE partner_id = $1 LIMIT 1', [
    partner,
  ]);
  return rowCount === 1;
}

export interface MovementRow {
  readonly timestamp: number;
  readonly block: bigint;
  readonly logIndex: number;
  readonly name: string;
  readonly transaction: string | null;
  readonly changes: Readonly<Record<string, string>>;
}

/** Where a page of movements ended. */
export interface MovementPlace {
  readonly timestamp: number;
  readonly block: bigint;
  readonly logIndex: number;
}

/** What moved a brand's accounts in a period, by time, behind a place. */
export async function listMovements(
  tx: Queryable,
  query: {
    partner: number;
    from: number;
    to: number;
    final: bigint;
    after: MovementPlace | null;
    limit: number;
  },
): Promise<MovementRow[]> {
  const { partner, from, to, final, after, limit } = query;
  const { rows } = await tx.query(
    `SELECT timestamp, number, log_index, name, transaction_hash, changes FROM partner_movements
     WHERE partner_id = $1 AND timestamp >= $2 AND timestamp < $3 AND number <= $4
       AND ($5::bigint IS NULL OR (timestamp, number, log_index) > ($5, $6::bigint, $7::int))
     ORDER BY timestamp, number, log_index LIMIT $8`,
    [
      partner,
      from,
      to,
      final,
      after?.timestamp ?? null,
      after?.block.toString() ?? null,
      after?.logIndex ?? null,
      limit,
    ],
  );
  return rows.map((row) => ({
    timestamp: Number(row.timestamp),
    block: row.number,
    logIndex: row.log_index,
    name: row.name,
    transaction: row.transaction_hash && toHex(row.transaction_hash),
    changes: row.changes,
  }));
}
