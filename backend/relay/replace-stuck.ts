import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { estimateFees, raiseFees } from './fees.ts';
import {
  insertAttempt,
  type Lease,
  lockLane,
  lockSent,
  type Outstanding,
  readPayload,
} from './relay.repository.ts';
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
  // Signed before anything is locked, because a remote key takes its time; the fence decides afterwards whether it counts.
  const { to, data, gasLimit: gas } = await readPayload(deps.pool, next.id);
  const { chainId } = deps.network;
  const signed = await signer.signTransaction({ chainId, nonce: next.nonce, to, data, gas, ...fees });
  return transact(deps.pool, async (tx) => {
    if (!(await lockLane(tx, lease)) || !(await lockSent(tx, next))) return false;
    await insertAttempt(tx, { id: next.id, fees, ...signed });
    deps.logger.warn(
      { nonce: next.nonce, hash: signed.hash },
      'A stuck transaction is replaced at a higher fee',
    );
    return true;
  });
}
