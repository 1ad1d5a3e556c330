import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { ApiKey } from './api-key.ts';
import { missingOf, readPositions } from './reserve-position.ts';
import { listWaiting, lockSetting, writeSetting } from './reserves.repository.ts';

type ReserveDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;

/**
 * A brand's money, what to deposit so that it is warned no more, and why points wait, with what is missing for them.
 * @throws DomainError NOT_READY
 */
export async function readReserve(deps: ReserveDeps, partner: number) {
  const [[position], waiting] = await Promise.all([
    readPositions(deps, partner),
    listWaiting(deps.pool, partner),
  ]);
  if (!position) throw new DomainError('NOT_READY', { message: 'The brand is not on the chain yet.' });
  const { reserve, liability, required, pendingPoints, outflowPerDay, alertBps, runwayDays } = position;
  return {
    partner,
    reserve,
    liability,
    required,
    free: reserve > required ? reserve - required : 0n,
    missing: required > reserve ? required - reserve : 0n,
    pendingPoints,
    outflowPerDay,
    runwayDays: outflowPerDay > 0n ? Number(reserve / outflowPerDay) : null,
    alert: {
      bps: Number(alertBps),
      runwayDays: runwayDays === null ? null : Number(runwayDays),
      isLow: missingOf(position) > 0n,
      deposit: missingOf(position),
    },
    waiting: waiting.map(({ number, points, members, reason }) => ({
      batch: number,
      points,
      members,
      reason,
    })),
  };
}

/** Says when the brand wants to be warned; null takes the network's own share, and no days. @throws DomainError NOT_READY */
export async function setReserveAlert(
  deps: ReserveDeps,
  key: ApiKey,
  { bps, runwayDays }: { bps: number | null; runwayDays: number | null },
) {
  const after = { alert_bps: bps, runway_days: runwayDays };
  await transact(deps.pool, async (tx) => {
    const before = await lockSetting(tx, key.partnerId);
    await writeSetting(tx, key.partnerId, after);
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'reserve.alert-set',
      subject: `partner:${key.partnerId}`,
      ...(before && { before: { bps: before.alert_bps, runwayDays: before.runway_days } }),
      after: { bps, runwayDays },
    });
  });
  return readReserve(deps, key.partnerId);
}
