import { transact } from '../database/transact.ts';
import { tellOfKeyChange } from '../events/tell-of-keys.ts';
import { enqueueTransaction } from '../relay/outbox.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { encodeChangeKey, KEY_CHANGE_GAS } from './key-change.ts';
import { memberKeysOf } from './key-powers.ts';
import {
  failKeyChange,
  placeKeyChange,
  settleFailedKeyChanges,
  takeQueuedKeyChanges,
} from './member-keys.repository.ts';

/** The most changes that one turn hands over. */
export const KEY_CHANGES_LIMIT = 16;

/**
 * Puts queued key changes into the relay's outbox, a transaction each and an account's in the order of their numbers; settles those whose
 * transaction has failed. Any number of processes may: each takes other changes. Returns how many it moved.
 */
export async function queueKeyChanges(
  deps: Pick<Deps, 'pool' | 'chain' | 'network' | 'clock'>,
): Promise<number> {
  const { pool, clock } = deps;
  const { rowCount } = await pool.query(
    `SELECT FROM key_changes k LEFT JOIN relay_transactions t ON t.id = k.transaction_id
     WHERE k.status = 'queued' AND (t.id IS NULL OR t.status = 'failed') LIMIT 1`,
  );
  if (rowCount === 0) return 0;
  const to = await memberKeysOf(deps);
  return transact(pool, async (tx) => {
    for (const id of await settleFailedKeyChanges(tx)) await tellOfKeyChange(tx, id, 'failed');
    const queued = await takeQueuedKeyChanges(tx, KEY_CHANGES_LIMIT);
    for (const { id, change, signature } of queued) {
      if (change.deadline <= clock.seconds()) {
        await failKeyChange(tx, id, toReason(new DomainError('KEY_CHANGE_EXPIRED')));
        await tellOfKeyChange(tx, id, 'failed');
        continue;
      }
      const data = encodeChangeKey({ change, signature });
      const call = { kind: 'keys', to, data, gasLimit: KEY_CHANGE_GAS } as const;
      await placeKeyChange(tx, id, await enqueueTransaction(tx, call));
    }
    return queued.length;
  });
}
