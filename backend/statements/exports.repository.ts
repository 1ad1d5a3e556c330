/** Pages of what a brand can export, in an order that an index has. */
import type { Queryable } from '../database/transact.ts';

/** The id of the first purchase that may have been received at or after an instant: ids grow with time, but for what is under way at once. */
const SLACK = '10 minutes';

/**
 * Ids between which all purchases of a time lie. Found by halves, in a few dozen looks, because there is no index by time: purchases are
 * written far more often than they are exported.
 */
export async function findPurchaseIds(
  tx: Queryable,
  { from, to }: { from: Date | null; to: Date | null },
): Promise<{ first: bigint; last: bigint }> {
  const { rows } = await tx.query(
    'SELECT coalesce(min(id), 1) AS low, coalesce(max(id), 0) AS high FROM purchases',
  );
  const { low, high } = rows[0] as { low: bigint; high: bigint };
  const firstSince = async (at: Date, direction: 1 | -1): Promise<bigint> => {
    let [below, above] = [low, high + 1n];
    while (below < above) {
      const middle = (below + above) / 2n;
      const { rows: found } = await tx.query(
        `SELECT received_at < $2::timestamptz ${direction > 0 ? '+' : '-'} interval '${SLACK}' AS is_before
         FROM purchases WHERE id >= $1 ORDER BY id LIMIT 1`,
        [middle, at],
      );
      if (found[0]?.is_before) below = middle + 1n;
      else above = middle;
    }
    return below;
  };
  return {
    first: from ? await firstSince(from, -1) : low,
    last: to ? await firstSince(to, 1) : high,
  };
}

export interface PurchaseExportRow {
  readonly id: bigint;
  readonly purchase_id: string;
  /** Null while nobody has claimed it. */
  readonly account: Buffer | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly points: bigint;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly status: string;
}

export async function listPurchases(
  tx: Queryable,
  query: { partner: number; from: Date | null; to: Date | null; after: bigint; last: bigint; limit: number },
): Promise<PurchaseExportRow[]> {
  const { partner, from, to, after, last, limit } = query;
  const { rows } = await tx.query<PurchaseExportRow>(
    `SELECT p.id, p.purchase_id, p.account, p.amount_minor, p.currency, p.points, p.occurred_at, p.received_at,
       coalesce(b.status::text, CASE WHEN p.account IS NULL THEN 'unclaimed' WHEN a.id IS NULL THEN 'final' ELSE 'accepted' END) AS status
     FROM (SELECT * FROM purchases WHERE partner_id = $1 AND id > $2 AND id <= $3
             AND ($4::timestamptz IS NULL OR received_at >= $4) AND ($5::timestamptz IS NULL OR received_at < $5)
           ORDER BY id LIMIT $6) p
     LEFT JOIN accruals a ON a.purchase_id = p.id LEFT JOIN issuance_batches b ON b.id = a.batch_id ORDER BY p.id`,
    [partner, after, last, from, to, limit],
  );
  return rows;
}

export interface HolderRow {
  readonly account: Buffer;
  readonly word: string;
}

/** Accounts that hold, or have held, a brand's points, behind one. */
export async function listHolders(
  tx: Queryable,
  { partner, after, limit }: { partner: number; after: Buffer; limit: number },
): Promise<HolderRow[]> {
  const { rows } = await tx.query<HolderRow>(
    'SELECT account, word FROM token_accounts WHERE partner_id = $1 AND account > $2 ORDER BY account LIMIT $3',
    [partner, after, limit],
  );
  return rows;
}

export interface RedemptionRow {
  readonly timestamp: bigint;
  readonly number: bigint;
  readonly log_index: number;
  readonly transaction_hash: Buffer;
  readonly name: string;
  readonly args: Readonly<Record<string, string | number>>;
  readonly changes: Readonly<Record<string, string>>;
}

/** Redemptions with a brand's points and at the brand, in the chain's order, behind a place; final ones only. */
export async function listRedemptions(
  tx: Queryable,
  query: {
    partner: number;
    from: number;
    to: number;
    after: { number: bigint; logIndex: number };
    limit: number;
  },
): Promise<RedemptionRow[]> {
  const { partner, from, to, after, limit } = query;
  const { rows } = await tx.query<RedemptionRow>(
    `SELECT m.timestamp, m.number, m.log_index, m.transaction_hash, m.name, e.args, m.changes
     FROM partner_movements m JOIN chain_events e ON e.number = m.number AND e.log_index = m.log_index
     WHERE m.partner_id = $1 AND m.name = 'Redeemed' AND m.timestamp >= $2 AND m.timestamp < $3
       AND (m.number, m.log_index) > ($4::bigint, $5::int) AND m.number <= (SELECT final FROM indexer_cursor)
     ORDER BY m.number, m.log_index LIMIT $6`,
    [partner, from, to, after.number, after.logIndex, limit],
  );
  return rows;
}
