import type { Hex } from 'viem';
import type { Receipt } from '../protocol/receipt.ts';
import { fromHex, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { proveInBatch } from './batch-tree.ts';
import { RECEIPT_COLUMNS, type ReceiptColumns, toReceipt } from './receipt.ts';

/** Where a receipt's points were minted: `proof` leads from its leaf to `root`, which is in the batch's BatchIssued event. */
export interface Inclusion {
  readonly partner: number;
  readonly batch: string;
  readonly root: Hex;
  readonly proof: readonly Hex[];
  readonly transaction: Hex | null;
  readonly block: string | null;
}

/**
 * A signed receipt, and the proof that its points are on-chain once they are (null before, and for ever when the purchase earned nothing).
 * @throws DomainError RECEIPT_UNKNOWN
 */
export async function findReceipt(
  { pool }: Pick<Deps, 'pool'>,
  receiptId: Hex,
): Promise<{ receipt: Receipt; inclusion: Inclusion | null }> {
  const { rows } = await pool.query<ReceiptColumns>(
    `SELECT ${RECEIPT_COLUMNS} FROM receipts r JOIN purchases p ON p.id = r.purchase_id JOIN receipt_groups g ON g.id = r.group_id
      WHERE r.receipt_id = $1`,
    [fromHex(receiptId)],
  );
  if (!rows[0])
    throw new DomainError('RECEIPT_UNKNOWN', {
      details: { receipt: receiptId },
      fields: [{ field: 'receiptId', message: 'There is no receipt with this id.' }],
    });
  return { receipt: toReceipt(rows[0]), inclusion: await proveInclusion(pool, receiptId) };
}

interface BatchRow {
  id: bigint;
  partner_id: number;
  number: bigint;
  receipts_root: Buffer;
  mined_hash: Buffer | null;
  mined_block: bigint | null;
}

async function proveInclusion(pool: Deps['pool'], receiptId: Hex): Promise<Inclusion | null> {
  const batch = await pool.query<BatchRow>(
    `SELECT b.id, b.partner_id, b.number, b.receipts_root, b.mined_hash, b.mined_block
       FROM accruals a JOIN issuance_batches b ON b.id = a.batch_id
      WHERE a.receipt_id = $1 AND b.status IN ('mined', 'final') AND b.resolved_at IS NULL`,
    [fromHex(receiptId)],
  );
  const row = batch.rows[0];
  if (!row) return null;
  const root = toHex(row.receipts_root);
  return {
    partner: row.partner_id,
    batch: row.number.toString(),
    root,
    proof: await proveInBatch(pool, { batchId: row.id, root, receiptId }),
    transaction: row.mined_hash && toHex(row.mined_hash),
    block: row.mined_block?.toString() ?? null,
  };
}
