import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import {
  failTransactions,
  type Lease,
  lockLane,
  readFinalBlock,
  readPassedOver,
  skipNonces,
} from './relay.repository.ts';

/** Finds nonces of the lane that somebody else has used: with the same key elsewhere, or in a past that a restored backup has forgotten. */
export interface NonceWatch {
  /** Returns whether the lane may sign now. */
  check(lease: Lease, chain: { accountNonce: number; head: bigint }): Promise<boolean>;
}

/**
 * One watch a lane. What the chain counts at a head is believed only when that head is final and the indexer has seen every block up to it;
 * a transaction of ours that it has not seen by then lost its nonce. What it carried goes into a new transaction: batch numbers and act
 * nonces make sure that it can't happen twice.
 */
export function createNonceWatch(deps: Pick<Deps, 'pool' | 'logger' | 'endpoints'>): NonceWatch {
  let suspicion: { accountNonce: number; head: bigint } | null = null;
  return {
    async check(lease, present) {
      const { pool } = deps;
      const { rows } = await pool.query<{ next_nonce: bigint }>(
        'SELECT next_nonce FROM lanes WHERE id = $1',
        [lease.lane],
      );
      const behind = Number(rows[0]?.next_nonce ?? 0n) < present.accountNonce;
      const passedOver = await readPassedOver(pool, { lane: lease.lane, belowNonce: present.accountNonce });
      if (!behind && passedOver.length === 0) {
        suspicion = null;
        return true;
      }
      suspicion ??= present;
      if (suspicion.accountNonce <= present.accountNonce && (await readFinalBlock(pool)) >= suspicion.head) {
        await settle(deps, lease, suspicion.accountNonce);
        suspicion = null;
      }
      return !behind;
    },
  };
}

async function settle(
  { pool, logger, endpoints }: Pick<Deps, 'pool' | 'logger' | 'endpoints'>,
  lease: Lease,
  accountNonce: number,
): Promise<void> {
  const passedOver = await readPassedOver(pool, { lane: lease.lane, belowNonce: accountNonce });
  const lost: bigint[] = [];
  for (const { id, hashes } of passedOver) {
    const receipts = await Promise.all(
      endpoints.flatMap((endpoint) =>
        hashes.map((hash) => endpoint.request({ method: 'eth_getTransactionReceipt', params: [hash] })),
      ),
    );
    if (receipts.every((receipt) => receipt === null)) lost.push(id);
  }
  await transact(pool, async (tx) => {
    const lane = await lockLane(tx, lease);
    if (!lane) return;
    if (lost.length > 0)
      await failTransactions(tx, lost, toReason(new DomainError('TRANSACTION_NONCE_TAKEN')));
    await skipNonces(tx, { lane: lease.lane, nextNonce: accountNonce });
    if (lost.length > 0 || lane.nextNonce < accountNonce)
      logger.error(
        { alarm: 'FOREIGN_NONCE', lost: lost.length, nextNonce: lane.nextNonce, accountNonce },
        'Transactions from elsewhere used nonces of this signer: use its key in this network only',
      );
  });
}
