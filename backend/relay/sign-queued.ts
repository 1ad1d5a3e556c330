import { type Queryable, transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { estimateFees } from './fees.ts';
import {
  countInFlight,
  insertSigned,
  type Lease,
  lockLane,
  type Payload,
  readReserved,
  reserveNonces,
  type Signed,
  type TransactionKind,
  takeQueued,
} from './relay.repository.ts';
import type { Signer } from './signer.ts';

/** The most transactions of a lane that may be without a block: more would only wait in the node's memory, and be lost there. */
export const MAX_IN_FLIGHT = 16;

type SignDeps = Pick<Deps, 'pool' | 'chain' | 'network'>;
interface Lane {
  readonly lease: Lease;
  readonly signer: Signer;
  readonly kinds: readonly TransactionKind[];
}

/**
 * Gives queued transactions the lane's next nonces and signs them. Nothing is sent before its bytes are committed; a nonce that is given is
 * never given again, and one without bytes is signed at the next turn, so there are no gaps. A key at hand signs in the database transaction
 * that gives the nonces. A remote one signs between two: the first commits the nonces, the second checks the fence again and commits the
 * bytes, so that nobody waits for a network with rows locked, and a process that froze meanwhile writes nothing. Returns how many were
 * signed; 0 also when the lease is lost. @throws what the signer throws; the nonces stay reserved then
 */
export async function signQueued(deps: SignDeps, { lease, signer, kinds }: Lane): Promise<number> {
  const { pool } = deps;
  const { rowCount } = await pool.query(
    `SELECT FROM relay_transactions WHERE status = 'queued' OR (status = 'reserved' AND lane_id = $1) LIMIT 1`,
    [lease.lane],
  );
  if (rowCount === 0) return 0;
  const fees = await estimateFees(deps);
  const sign = ({ id, nonce, to, data, gasLimit: gas }: Payload & { nonce: number }): Promise<Signed> =>
    signer
      .signTransaction({ chainId: deps.network.chainId, nonce, to, data, gas, ...fees })
      .then((signed) => ({ id, nonce, fees, ...signed }));
  if (!signer.isRemote)
    return transact(pool, async (tx) => {
      if (!(await reserve(tx, { lease, kinds }))) return 0;
      const signed = await Promise.all((await readReserved(tx, lease.lane)).map(sign));
      await insertSigned(tx, signed);
      return signed.length;
    });
  const held = await transact(pool, (tx) => reserve(tx, { lease, kinds }));
  const signed = held ? await Promise.all((await readReserved(pool, lease.lane)).map(sign)) : [];
  if (signed.length === 0) return 0;
  return transact(pool, async (tx) => {
    if (!(await lockLane(tx, lease))) return 0;
    await insertSigned(tx, signed);
    return signed.length;
  });
}

/** Takes what is queued, as far as the lane has room; false when the lease is lost. */
async function reserve(tx: Queryable, { lease, kinds }: Pick<Lane, 'lease' | 'kinds'>): Promise<boolean> {
  if (!(await lockLane(tx, lease))) return false;
  const room = MAX_IN_FLIGHT - (await countInFlight(tx, lease.lane));
  const queued = room > 0 ? await takeQueued(tx, { kinds, limit: room }) : [];
  if (queued.length > 0)
    await reserveNonces(
      tx,
      lease.lane,
      queued.map(({ id }) => id),
    );
  return true;
}
