import { numberToHex } from 'viem';
import { askQuorum, quorumOf } from '../chain/ask-quorum.ts';
import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import {
  failTransactions,
  type Lease,
  lockLane,
  readFinalBlock,
  readNextNonce,
  readPassedOver,
  skipNonces,
} from './relay.repository.ts';
import type { Signer } from './signer.ts';

/**
 * Finds nonces of the lane that somebody else has used: with the same key elsewhere, or in a past that a restored backup has forgotten. Only
 * the account's nonce at a final block, of which a quorum of endpoints says the same, and up to which the indexer has seen every block, decides: a transaction of ours below it that the
 * indexer has not seen has lost its nonce. What it carried goes into a new transaction; batch numbers and act nonces make sure that it can't
 * happen twice. Returns whether the lane may sign now.
 */
export async function settleForeignNonces(
  deps: Pick<Deps, 'pool' | 'logger' | 'endpoints' | 'config'>,
  { lease, signer, accountNonce }: { lease: Lease; signer: Signer; accountNonce: number },
): Promise<boolean> {
  const { pool } = deps;
  const behind = (await readNextNonce(pool, lease.lane)) < accountNonce;
  const passedOver = await readPassedOver(pool, { lane: lease.lane, belowNonce: accountNonce });
  if (!behind && passedOver.length === 0) return true;
  const final = await readFinalBlock(pool);
  if (final < 0n) return !behind;
  const params: [typeof signer.address, `0x${string}`] = [signer.address, numberToHex(final)];
  const { answer: settled } = await askQuorum(deps, {
    what: `the nonce of ${signer.address} at block ${final}`,
    ask: async (endpoint) => Number(await endpoint.request({ method: 'eth_getTransactionCount', params })),
    keyOf: String,
  });
  const lost = await withoutReceipt(
    deps,
    await readPassedOver(pool, { lane: lease.lane, belowNonce: settled }),
  );
  await writeOff(deps, { lease, lost, settled });
  return !behind;
}

/** Those that a quorum of endpoints has no receipt of, whichever attempt, and that none has one of. */
async function withoutReceipt(
  { endpoints, config }: Pick<Deps, 'endpoints' | 'config'>,
  passedOver: Awaited<ReturnType<typeof readPassedOver>>,
): Promise<bigint[]> {
  const lost: bigint[] = [];
  for (const { id, hashes } of passedOver) {
    const answers = await Promise.allSettled(
      endpoints.map((endpoint) =>
        Promise.all(
          hashes.map((hash) => endpoint.request({ method: 'eth_getTransactionReceipt', params: [hash] })),
        ),
      ),
    );
    const heard = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const isNowhere = heard.every((receipts) => receipts.every((receipt) => receipt === null));
    if (isNowhere && heard.length >= quorumOf(config)) lost.push(id);
  }
  return lost;
}

function writeOff(
  { pool, logger }: Pick<Deps, 'pool' | 'logger'>,
  { lease, lost, settled }: { lease: Lease; lost: readonly bigint[]; settled: number },
): Promise<void> {
  return transact(pool, async (tx) => {
    const lane = await lockLane(tx, lease);
    if (!lane || (lost.length === 0 && lane.nextNonce >= settled)) return;
    if (lost.length > 0)
      await failTransactions(tx, lost, toReason(new DomainError('TRANSACTION_NONCE_TAKEN')));
    await skipNonces(tx, { lane: lease.lane, nextNonce: settled });
    logger.error(
      { alarm: 'FOREIGN_NONCE', lost: lost.length, nextNonce: lane.nextNonce, settled },
      'Transactions from elsewhere used nonces of this signer: use its key in this network only',
    );
  });
}
