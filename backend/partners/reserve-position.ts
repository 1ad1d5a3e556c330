/** How much money a brand has against what it owes, and when it wants to be told. All sums are µUSD. */
import { decodeWord, liveLots } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, pointValue } from '../protocol/values-word.ts';
import type { Deps } from '../shared/deps.ts';
import { type ReserveRow, readReserveRows } from './reserves.repository.ts';

const BPS = 10_000n;
const DAY = 86_400;
/** What went out lately is looked at over so many days. */
const RECENT_DAYS = 7;

/** A brand's money, what it owes, and what it asked to be warned of. */
export interface Position {
  readonly partner: number;
  readonly reserve: bigint;
  /** What the live points are worth, and those that are accepted and not yet issued. */
  readonly liability: bigint;
  /** What the coverage policy asks for that liability, rounded up. */
  readonly required: bigint;
  /** Points that are accepted and not yet issued. */
  readonly pendingPoints: bigint;
  /** What went to other brands, members' exchanges, charities and refunds a day, lately, rounded up. */
  readonly outflowPerDay: bigint;
  readonly alertBps: bigint;
  readonly runwayDays: bigint | null;
  /** Whether the brand has been told that it is low. */
  readonly wasTold: boolean;
}

/** Of all brands, or of one, as of now. */
export async function readPositions(
  { pool, clock, config }: Pick<Deps, 'pool' | 'clock' | 'config'>,
  partner: number | null = null,
): Promise<Position[]> {
  const now = clock.seconds();
  const rows = await readReserveRows(pool, { partner, since: now - RECENT_DAYS * DAY });
  return rows.map((row) => positionOf(row, { now, alertBps: BigInt(config.reserveAlertBps) }));
}

/** What is missing until the brand would not be warned any more; 0 when it is not. */
export function missingOf({ reserve, required, alertBps, runwayDays, outflowPerDay }: Position): bigint {
  const wanted = (required * alertBps + BPS - 1n) / BPS;
  const lasting = outflowPerDay * (runwayDays ?? 0n);
  const most = wanted > lasting ? wanted : lasting;
  return most > reserve ? most - reserve : 0n;
}

function positionOf(row: ReserveRow, { now, alertBps }: { now: number; alertBps: bigint }): Position {
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
  const pendingPoints = BigInt(row.pending);
  const liability = live + pendingPoints * pointValue(values, { epoch, pointEpoch: epoch });
  const days = BigInt(
    Math.min(RECENT_DAYS, Math.max(1, Math.ceil((now - Number(row.joined_at ?? now)) / DAY))),
  );
  return {
    partner: row.id,
    reserve: BigInt(row.reserve),
    liability,
    required: (liability * BigInt(row.coverage_bps) + BPS - 1n) / BPS,
    pendingPoints,
    outflowPerDay: (BigInt(row.outflow) + days - 1n) / days,
    alertBps: row.alert_bps === null ? alertBps : BigInt(row.alert_bps),
    runwayDays: row.runway_days === null ? null : BigInt(row.runway_days),
    wasTold: row.is_low,
  };
}
