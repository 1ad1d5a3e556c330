import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { estimateFees } from './fees.ts';
import {
  countInFlight,
  insertSigned,
  type Lease,
  lockLane,
  type Signed,
  type TransactionKind,
  takeQueued,
} from './relay.repository.ts';
import type { Signer } from './signer.ts';

/** The most transactions of a lane that may be without a block: more would only wait in the node's memory, and be lost there. */
export const MAX_IN_FLIGHT = 16;

/**
 * Gives queued transactions their nonces: in one database transaction the fence is checked, the transactions are signed, and bytes, nonces
 * and the lane's next nonce are written. Nothing is sent before that is committed, and a nonce exists only with its bytes, so there are no
 * gaps. Returns how many were signed; 0 also when the lease is lost.
 */
export async function signQueued(
  deps: Pick<Deps, 'pool' | 'chain' | 'network'>,
  { lease, signer, kinds }: { lease: Lease; signer: Signer; kinds: readonly TransactionKind[] },
): Promise<number> {
  const { pool, network } = deps;
  const waiting = await pool.query(`SELECT FROM relay_transactions WHERE status = 'queued' LIMIT 1`);
  if (waiting.rowCount === 0) return 0;
  const fees = await estimateFees(deps);
  return transact(pool, async (tx) => {
    const lane = await lockLane(tx, lease);
    if (!lane) return 0;
    const room = MAX_IN_FLIGHT - (await countInFlight(tx, lease.lane));
    const queued = room > 0 ? await takeQueued(tx, { kinds, limit: room }) : [];
    const signed: Signed[] = [];
    for (const [index, { id, to, data, gasLimit }] of queued.entries()) {
      const nonce = lane.nextNonce + index;
      const { chainId } = network;
      const { raw, hash } = await signer.signTransaction({
        chainId,
        nonce,
        to,
        data,
        gas: gasLimit,
        ...fees,
      });
      signed.push({ id, nonce, fees, raw, hash });
    }
    if (signed.length > 0) await insertSigned(tx, lease.lane, signed);
    return signed.length;
  });
}
