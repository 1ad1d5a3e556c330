import type { Pool } from 'pg';
import type { Hex } from 'viem';
import { type MerkleTree, makeMerkleTree } from '../protocol/merkle.ts';
import { toHex } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';

/** How many trees a process remembers; one of five hundred receipts is about 100 kB. */
const MAX_TREES = 64;

interface BatchTree {
  readonly tree: MerkleTree;
  /** Receipt id → position among the leaves. */
  readonly places: ReadonlyMap<Hex, number>;
}

/** By root, which says all about a tree: whatever else is asked for, this is the same. */
const trees = new Map<Hex, BatchTree>();

/**
 * The proof that a receipt is under the root of a closed batch. A tree of thousands of leaves takes tens of milliseconds, and whoever asks for
 * one receipt of a batch tends to ask for the next, so the last trees are kept.
 * @throws DomainError INTERNAL when the leaves do not lead to the root
 */
export async function proveInBatch(
  pool: Pool,
  { batchId, root, receiptId }: { batchId: bigint; root: Hex; receiptId: Hex },
): Promise<Hex[]> {
  const known = trees.get(root) ?? (await readTree(pool, batchId));
  const place = known.places.get(receiptId);
  if (place === undefined || known.tree.root !== root)
    throw new DomainError('INTERNAL', {
      message: `The receipts of batch ${batchId} do not lead to ${root}.`,
    });
  trees.delete(root);
  trees.set(root, known);
  const [oldest] = trees.keys();
  if (trees.size > MAX_TREES && oldest) trees.delete(oldest);
  return known.tree.proofOf(place);
}

async function readTree(pool: Pool, batchId: bigint): Promise<BatchTree> {
  const { rows } = await pool.query<{ receipt_id: Buffer; leaf: Buffer }>(
    'SELECT receipt_id, leaf FROM accruals WHERE batch_id = $1 ORDER BY leaf_index, id',
    [batchId],
  );
  return {
    tree: makeMerkleTree(rows.map(({ leaf }) => leaf)),
    places: new Map(rows.map(({ receipt_id }, index) => [toHex(receipt_id), index])),
  };
}
