import type { Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { tellOfRefunds } from '../events/tell-of-refunds.ts';
import { fromHex } from '../shared/bytes.ts';

/** What the chain says of a refund; `value` is µUSD. */
export interface Refunded {
  readonly acceptor: number;
  readonly id: Hex;
  readonly points: bigint;
  readonly value: bigint;
  readonly block: bigint;
  readonly transaction: Hex;
}

/** A refund is made by its event, whichever transaction brought it. */
export async function settleRefunds(tx: Queryable, refunded: readonly Refunded[]): Promise<void> {
  if (refunded.length === 0) return;
  const { rows } = await tx.query<{ id: bigint }>(
    `UPDATE refunds f SET status = 'mined', restored = e.points, value = e.value, reason = NULL, mined_block = e.block, mined_hash = e.hash,
       updated_at = now()
     FROM unnest($1::int[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[]) e (acceptor, id, points, value, block, hash)
     WHERE f.partner_id = e.acceptor AND f.chain_id = e.id AND f.status NOT IN ('mined', 'final') RETURNING f.id`,
    [
      refunded.map(({ acceptor }) => acceptor),
      refunded.map(({ id }) => fromHex(id)),
      refunded.map(({ points }) => points.toString()),
      refunded.map(({ value }) => value.toString()),
      refunded.map(({ block }) => block.toString()),
      refunded.map(({ transaction }) => fromHex(transaction)),
    ],
  );
  await tellOfRefunds(
    tx,
    rows.map(({ id }) => id),
  );
}
