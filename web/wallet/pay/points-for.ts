import type { Balance } from '../../shared/api/shapes.ts';
import { estimateWorth } from '../spend/estimate.ts';

/** The fewest points of this balance worth at least `value` µUSD, earliest expiry first; `undefined` when there are not enough. */
export function pointsFor(balance: Balance, value: bigint): bigint | undefined {
  if (estimateWorth(balance, balance.points) < value) return undefined;
  let low = 1n;
  let high = balance.points;
  // Worth never falls as points are added, so halving finds the edge in at most 48 steps.
  while (low < high) {
    const middle = (low + high) / 2n;
    if (estimateWorth(balance, middle) >= value) high = middle;
    else low = middle + 1n;
  }
  return low;
}
