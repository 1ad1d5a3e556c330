import { transact } from '../database/transact.ts';
import { toAddress, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { estimateFees, raiseFees } from './fees.ts';
import { insertAttempt, type Lease, lockLane, type Outstanding } from './relay.repository.ts';
import type { Signer } from './signer.ts';

/**
 * Signs the lane's next transaction again, on the same nonce and at higher fees, when blocks pass it over; commits it before anything is
 * sent. `movedBlocks` says how many blocks came since it was attempted: a chain that stands still is not impressed by fees.
 */
export async function replaceStuck(
  deps: Pick<Deps, 'pool' | 'chain' | 'network' | 'logger'>,
  {
    lease,
    signer,
    next,
    movedBlocks,
    stuckMs,
  }: { lease: Lease; signer: Signer; next: Outstanding; movedBlocks: number; stuckMs: number },
): Promise<boolean> {
  if (next.status !== 'sent' || movedBlocks < 2 || Date.now() - next.attemptedAt.getTime() < stuckMs)
    return false;
  const fees = raiseFees(next, await estimateFees(deps));
  if (!fees) {
    deps.logger.error(
      { nonce: next.nonce, alarm: 'FEE_LIMIT' },
      'A transaction is stuck and the fee limit leaves no room',
    );
    return false;
  }
  return transact(deps.pool, async (tx) => {
    if (!(await lockLane(tx, lease))) return false;
    const { rows } = await tx.query<{ to: Buffer; data: Buffer; gas_limit: bigint }>(
      `SELECT "to", data, gas_limit FROM relay_transactions WHERE id = $1 AND status = 'sent' FOR UPDATE`,
      [next.id],
    );
    const row = rows[0];
    if (!row) return false;
    const { chainId } = deps.network;
    const signed = await signer.signTransaction({
      chainId,
      nonce: next.nonce,
      to: toAddress(row.to),
      data: toHex(row.data),
      gas: row.gas_limit,
      ...fees,
    });
    await insertAttempt(tx, { id: next.id, fees, ...signed });
    deps.logger.warn(
      { nonce: next.nonce, hash: signed.hash },
      'A stuck transaction is replaced at a higher fee',
    );
    return true;
  });
}
