import type { Queryable } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import type { TransactionKind } from './relay.repository.ts';

/**
 * Notes what final transactions cost each brand: a batch's part of an issuance by its members, an act's part by heads, for its issuer, and a
 * refund's, for its acceptor;
 * reverted transactions and skipped acts too, because their gas is burned. Parts are rounded by running sums, so they add up to the whole.
 * Called in the transaction that makes them final, while batches and acts still know theirs.
 */
export async function noteGasCosts(tx: Queryable, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `WITH carried AS (
       SELECT transaction_id AS id, partner_id, sum(members)::numeric AS items FROM issuance_batches
        WHERE transaction_id = ANY($1::bigint[]) GROUP BY 1, 2
       UNION ALL SELECT transaction_id, issuer, count(*)::numeric FROM acts WHERE transaction_id = ANY($1::bigint[]) GROUP BY 1, 2
       UNION ALL SELECT transaction_id, partner_id, count(*)::numeric FROM refunds WHERE transaction_id = ANY($1::bigint[]) GROUP BY 1, 2
     ), placed AS (
       SELECT *, sum(items) OVER (PARTITION BY id ORDER BY partner_id) AS upto, sum(items) OVER (PARTITION BY id) AS whole FROM carried
     )
     INSERT INTO gas_costs (transaction_id, partner_id, kind, items, gas, wei, mined_block, mined_at)
     SELECT t.id, p.partner_id, t.kind, p.items, div(t.gas_used * p.upto, p.whole) - div(t.gas_used * (p.upto - p.items), p.whole),
       t.effective_gas_price * (div(t.gas_used * p.upto, p.whole) - div(t.gas_used * (p.upto - p.items), p.whole)), t.mined_block, b.timestamp
     FROM placed p JOIN relay_transactions t ON t.id = p.id LEFT JOIN blocks b ON b.number = t.mined_block WHERE t.gas_used IS NOT NULL
     ON CONFLICT DO NOTHING`,
    [ids.map(String)],
  );
}

/** What was burned for a brand, by what it was for. */
export interface GasCost {
  readonly partner: number;
  readonly kind: TransactionKind;
  readonly transactions: number;
  /** Members that were minted to, acts, or refunds. */
  readonly items: number;
  readonly gas: bigint;
  readonly wei: bigint;
}

/** Sums of final transactions, of all brands or one, mined from `from` up to and without `to`: what a brand's statement says of gas. */
export async function readGasCosts(
  { pool }: Pick<Deps, 'pool'>,
  { partner, from, to }: { partner?: number; from?: Date; to?: Date } = {},
): Promise<GasCost[]> {
  const { rows } = await pool.query(
    `SELECT partner_id AS partner, kind, count(*)::int AS transactions, sum(items)::int AS items, sum(gas)::text AS gas, sum(wei)::text AS wei
     FROM gas_costs WHERE ($1::int IS NULL OR partner_id = $1) AND ($2::timestamptz IS NULL OR coalesce(to_timestamp(mined_at), created_at) >= $2)
       AND ($3::timestamptz IS NULL OR coalesce(to_timestamp(mined_at), created_at) < $3) GROUP BY 1, 2 ORDER BY 1, 2`,
    [partner ?? null, from ?? null, to ?? null],
  );
  return rows.map((row) => ({ ...row, gas: BigInt(row.gas), wei: BigInt(row.wei) }));
}
