/** Rows about brands' reserves. */
import type { Queryable } from '../database/transact.ts';
import type { Reason } from '../shared/reason.ts';

export interface ReserveRow {
  readonly id: number;
  readonly quarters_per_epoch: number;
  readonly validity: number;
  readonly coverage_bps: number;
  readonly values_word: string;
  readonly supply_word: string;
  readonly reserve: string;
  readonly pending: string;
  readonly is_low: boolean;
  readonly alert_bps: number | null;
  readonly runway_days: number | null;
  readonly joined_at: bigint | null;
  readonly outflow: string;
}

/** What leaves a reserve because members spend: these lines of the brand's accounts, below 0 as they are. */
const OUT = ['reserve.redeemedElsewhere', 'reserve.exchangedOut', 'reserve.donated', 'reserve.refundsPaid'];
const outOf = (row: string) =>
  OUT.map((line) => `coalesce((${row}.totals->>'${line}')::numeric, 0)`).join(' + ');
const newest = (when: string) =>
  `(SELECT totals FROM partner_positions WHERE partner_id = p.id ${when} ORDER BY timestamp DESC, number DESC LIMIT 1)`;

/** Of all brands, or of one; `since` (Unix seconds) is from when on what went out is summed. */
export async function readReserveRows(
  tx: Queryable,
  { partner, since }: { partner: number | null; since: number },
): Promise<ReserveRow[]> {
  const { rows } = await tx.query<ReserveRow>(
    `SELECT p.id, p.quarters_per_epoch, p.validity, p.coverage_bps, p.values_word, coalesce(s.word, 0) AS supply_word, p.reserve,
       a.partner_id IS NOT NULL AS is_low, r.alert_bps, r.runway_days,
       (SELECT timestamp FROM partner_positions WHERE partner_id = p.id ORDER BY number LIMIT 1) AS joined_at,
       coalesce((SELECT -(${outOf('now')}) FROM ${newest('')} now), 0)
         - coalesce((SELECT -(${outOf('past')}) FROM ${newest('AND timestamp < $2')} past), 0) AS outflow,
       coalesce((SELECT sum(points) FROM accruals WHERE batch_id IS NULL AND partner_id = p.id), 0)
         + coalesce((SELECT sum(points) FROM issuance_batches b WHERE b.partner_id = p.id AND b.status NOT IN ('mined', 'final')), 0) AS pending
     FROM partners p LEFT JOIN token_supplies s ON s.partner_id = p.id LEFT JOIN reserve_alerts a ON a.partner_id = p.id
       LEFT JOIN reserve_settings r ON r.partner_id = p.id
     WHERE $1::int IS NULL OR p.id = $1 ORDER BY p.id`,
    [partner, since],
  );
  return rows;
}

/** Batches of a brand that the chain would refuse now, and why. */
export async function listWaiting(
  tx: Queryable,
  partner: number,
): Promise<{ number: bigint; points: bigint; members: number; reason: Reason }[]> {
  const { rows } = await tx.query(
    `SELECT number, points, members, reason FROM issuance_batches WHERE partner_id = $1 AND status = 'waiting' ORDER BY number LIMIT 100`,
    [partner],
  );
  return rows;
}

export interface SettingRow {
  readonly alert_bps: number | null;
  readonly runway_days: number | null;
}

/** What a brand has set, for the rest of the transaction its own. */
export async function lockSetting(tx: Queryable, partner: number): Promise<SettingRow | null> {
  const { rows } = await tx.query<SettingRow>(
    'SELECT alert_bps, runway_days FROM reserve_settings WHERE partner_id = $1 FOR UPDATE',
    [partner],
  );
  return rows[0] ?? null;
}

export const writeSetting = (tx: Queryable, partner: number, { alert_bps, runway_days }: SettingRow) =>
  tx.query(
    `INSERT INTO reserve_settings (partner_id, alert_bps, runway_days) VALUES ($1, $2, $3)
     ON CONFLICT (partner_id) DO UPDATE SET alert_bps = excluded.alert_bps, runway_days = excluded.runway_days`,
    [partner, alert_bps, runway_days],
  );
