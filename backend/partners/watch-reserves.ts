import { transact } from '../database/transact.ts';
import { insertEvent } from '../events/tell.ts';
import { decodeWord, liveLots } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, pointValue } from '../protocol/values-word.ts';
import type { Deps } from '../shared/deps.ts';

const BPS = 10_000n;

interface ReserveRow {
  id: number;
  quarters_per_epoch: number;
  validity: number;
  coverage_bps: number;
  values_word: string;
  supply_word: string;
  reserve: string;
  pending: string;
  is_low: boolean;
}

/** A brand's money against what it owes, in µUSD. */
interface Position {
  readonly reserve: bigint;
  /** What the live points are worth, and those that are accepted and not yet issued. */
  readonly liability: bigint;
  /** What the coverage policy asks for that liability, rounded up. */
  readonly required: bigint;
}

/**
 * Tells a brand once when its reserve falls below `reserveAlertBps` of what its policy will ask for, and once when it is sufficient again.
 * Returns how many brands were told. Any number of processes may look: the row decides who tells.
 */
export async function watchReserves({
  pool,
  clock,
  config,
}: Pick<Deps, 'pool' | 'clock' | 'config'>): Promise<number> {
  const { rows } = await pool.query<ReserveRow>(
    `SELECT p.id, p.quarters_per_epoch, p.validity, p.coverage_bps, p.values_word, coalesce(s.word, 0) AS supply_word, p.reserve,
       a.partner_id IS NOT NULL AS is_low,
       coalesce((SELECT sum(points) FROM accruals WHERE batch_id IS NULL AND partner_id = p.id), 0)
         + coalesce((SELECT sum(points) FROM issuance_batches b WHERE b.partner_id = p.id AND b.status NOT IN ('mined', 'final')), 0) AS pending
     FROM partners p LEFT JOIN token_supplies s ON s.partner_id = p.id LEFT JOIN reserve_alerts a ON a.partner_id = p.id ORDER BY p.id`,
  );
  let told = 0;
  for (const row of rows) {
    const position = positionOf(row, clock.seconds());
    const isLow = position.reserve * BPS < position.required * BigInt(config.reserveAlertBps);
    if (isLow !== row.is_low && (await tell({ pool, clock }, row.id, { position, isLow }))) told += 1;
  }
  return told;
}

function positionOf(row: ReserveRow, now: number): Position {
  const { quarters_per_epoch: quarters, validity } = row;
  if (!isQuartersPerEpoch(quarters))
    throw new RangeError(`Partner ${row.id} has epochs of ${quarters} quarters`);
  const epoch = epochAt(now, quarters);
  const values = decodeValues(BigInt(row.values_word));
  const lots = liveLots(decodeWord(BigInt(row.supply_word)), { epoch, validity });
  const live = lots.reduce(
    (sum, lot) => sum + lot.points * pointValue(values, { epoch, pointEpoch: lot.epoch }),
    0n,
  );
  const liability = live + BigInt(row.pending) * pointValue(values, { epoch, pointEpoch: epoch });
  const required = (liability * BigInt(row.coverage_bps) + BPS - 1n) / BPS;
  return { reserve: BigInt(row.reserve), liability, required };
}

function tell(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  partner: number,
  { position, isLow }: { position: Position; isLow: boolean },
): Promise<boolean> {
  const { reserve, liability, required } = position;
  const data = { reserve: `${reserve}`, liability: `${liability}`, required: `${required}` };
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
