import { t } from '@lingui/core/macro';
import type { Partner } from '../../shared/api/shapes.ts';
import { formatMinor } from '../../shared/ui/format.ts';
import { pointsWords } from './points.ts';

/** "1 point for every £1.00"; `undefined` while a brand has no earning rule. */
export function earningWords({ earning }: Partner): string | undefined {
  if (!earning) return undefined;
  const points = pointsWords(earning.points);
  const amount = formatMinor(earning.perMinor, earning.currency);
  return t`${points} for every ${amount}`;
}
