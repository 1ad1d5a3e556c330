import { type Queryable, transact } from '../database/transact.ts';
import { hexToBytes } from '../protocol/bytes.ts';
import { makeMerkleTree } from '../protocol/merkle.ts';
import { payDebts } from '../returns/pay-debts.ts';
import type { Deps } from '../shared/deps.ts';
import { insertBatch, lockPartner, readDuePartners, readOpenAccruals } from './issuance.repository.ts';
import { netAccruals } from './issuance-batch.ts';

/** The most accruals in a batch: what a receipt's proof and one database transaction should bear. */
const ACCRUALS_LIMIT = 4_000;

/**
 * Closes a batch for every partner that has one due: by count, or because its oldest accrual has waited `batchIntervalMs`. From then on its
 * members, points and receipts root are fixed, and its number is the partner's next. Returns how many were closed.
 */
export async function closeBatches({
  pool,
  config,
  clock,
}: Pick<Deps, 'pool' | 'config' | 'clock'>): Promise<number> {
  const before = new Date(clock.now().getTime() - config.batchIntervalMs);
  let closed = 0;
  for (const partner of await readDuePartners(pool, { count: config.batchMembers, before }))
    if (await closeBatch({ pool, config }, partner)) closed += 1;
  return closed;
}

const closeBatch = ({ pool, config }: Pick<Deps, 'pool' | 'config'>, partner: number): Promise<boolean> =>
  transact(
    pool,
    async (tx) =>
      (await lockPartner(tx, partner)) && closeLocked(tx, { partner, members: config.batchMembers }),
  );

/** Closes a batch of at most `members` members and, unless a single purchase is more, `room` points, of what is left when debts are paid. The caller has locked the partner. */
export async function closeLocked(
  tx: Queryable,
  { partner, members, room }: { partner: number; members: number; room?: bigint },
): Promise<boolean> {
  const earned = await readOpenAccruals(tx, partner, { members, limit: ACCRUALS_LIMIT });
  const open = await payDebts(tx, { partner, accruals: earned });
  const { taken, mints } = netAccruals(open, members, room);
  if (taken.length === 0) return false;
  const { root } = makeMerkleTree(taken.map(({ leaf }) => leaf));
  await insertBatch(tx, { partner, receiptsRoot: Buffer.from(hexToBytes(root)), accruals: taken, mints });
  return true;
}
