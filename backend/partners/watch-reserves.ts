import { transact } from '../database/transact.ts';
import { insertEvent } from '../events/tell.ts';
import type { Deps } from '../shared/deps.ts';
import { missingOf, type Position, readPositions } from './reserve-position.ts';

/**
 * Tells a brand once when its reserve falls below what it wants to be warned at (a share of what its policy will ask for, `reserveAlertBps`
 * unless it has set another one, and days that the money lasts), and once when it is sufficient again. Returns how many brands were told.
 * Any number of processes may look: the row decides who tells.
 */
export async function watchReserves(deps: Pick<Deps, 'pool' | 'clock' | 'config'>): Promise<number> {
  let told = 0;
  for (const position of await readPositions(deps)) {
    const isLow = missingOf(position) > 0n;
    if (isLow !== position.wasTold && (await tell(deps, { position, isLow }))) told += 1;
  }
  return told;
}

function tell(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { position, isLow }: { position: Position; isLow: boolean },
): Promise<boolean> {
  const { partner, reserve, liability, required } = position;
  const deposit = missingOf(position);
  const data = {
    reserve: `${reserve}`,
    liability: `${liability}`,
    required: `${required}`,
    ...(isLow && { deposit: `${deposit}` }),
  };
  return transact(pool, async (tx) => {
    const { rowCount } = isLow
      ? await tx.query(
          'INSERT INTO reserve_alerts (partner_id, since) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [partner, clock.now()],
        )
      : await tx.query('DELETE FROM reserve_alerts WHERE partner_id = $1', [partner]);
    if (rowCount !== 1) return false;
    await insertEvent(tx, { type: isLow ? 'reserve.low' : 'reserve.restored', partner, data });
    return true;
  });
}
