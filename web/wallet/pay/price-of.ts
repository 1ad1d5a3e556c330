import type { Payment } from '../../shared/api/shapes.ts';
import type { Holding } from '../queries.ts';
import { estimateWorth } from '../spend/estimate.ts';
import { pointsFor } from './points-for.ts';

const MICRO_USD_PER_CENT = 10_000n;

/** How many of these points pay the request, or as much of it as the till takes; `undefined` when they don't. */
export function priceOf({ partner, balance }: Holding, payment: Payment): bigint | undefined {
  const { points, value = 0n, minPoints = points, minAmount } = payment;
  if (points !== undefined) {
    if (partner.id !== payment.partner) return undefined;
    if (balance.points >= points) return points;
    return balance.points >= (minPoints ?? points) ? balance.points : undefined;
  }
  const whole = pointsFor(balance, value);
  if (whole !== undefined || minAmount === undefined) return whole;
  const worth = estimateWorth(balance, balance.points);
  return worth >= minAmount * MICRO_USD_PER_CENT ? balance.points : undefined;
}
