import type { Queryable } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { tellOfBatches } from '../events/tell-of-batches.ts';
import { tellOfRefunds } from '../events/tell-of-refunds.ts';
import { activateAdmissions } from '../governance/activate-admissions.ts';
import { noteGasCosts } from '../relay/gas-costs.ts';

/**
 * Marks as final what was mined in block `final` or before: transactions (a reverted one has failed), batches with their postings in the
 * ledger, acts and refunds; and what the transactions cost whom. Called in the transaction that moves the cursor.
 */
export async function finalize(tx: Queryable, final: bigint): Promise<void> {
  const settled = await tx.query<{ id: bigint }>(
    `UPDATE relay_transactions SET status = CASE WHEN reason IS NULL THEN 'final' ELSE 'failed' END::transaction_status, updated_at = now()
     WHERE status = 'mined' AND mined_block <= $1 RETURNING id`,
    [final],
  );
  await noteGasCosts(
    tx,
    settled.rows.map(({ id }) => id),
  );
  await activateAdmissions(tx, final);
  const acts = await tx.query<{ id: string }>(
    `UPDATE acts SET status = 'final', updated_at = now() WHERE status = 'mined' AND mined_block <= $1 RETURNING id`,
    [final],
  );
  await tellOfActs(
    tx,
    acts.rows.map(({ id }) => id),
  );
  const refunds = await tx.query<{ id: bigint }>(
    `UPDATE refunds SET status = 'final', updated_at = now() WHERE status = 'mined' AND mined_block <= $1 RETURNING id`,
    [final],
  );
  await tellOfRefunds(
    tx,
    refunds.rows.map(({ id }) => id),
  );
  const { rows } = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches SET status = 'final', updated_at = now() WHERE status = 'mined' AND mined_block <= $1 RETURNING id`,
    [final],
  );
  if (rows.length === 0) return;
  await tellOfBatches(
    tx,
    rows.map(({ id }) => id),
    'final',
  );
  // The ledger is never undone; should a reorg below finality make a batch final twice, its postings are there already.
  await tx.query(
    `INSERT INTO ledger_entries (kind, subject, book, partner_id, account, points)
     SELECT 'issuance', a.id, side.book, a.partner_id, a.account, side.sign * a.points FROM accruals a,
       (VALUES ('pending'::ledger_book, -1), ('issued', 1)) side (book, sign)
     WHERE a.batch_id = ANY($1::bigint[]) ON CONFLICT DO NOTHING`,
    [rows.map(({ id }) => id.toString())],
  );
}
