import type { Balance } from '../../shared/api/shapes.ts';

/** About what `amount` points are worth in µUSD: taken as the contracts take them, earliest expiry first. The quote says it exactly. */
export function estimateWorth(balance: Balance, amount: bigint): bigint {
  let left = amount;
  let worth = 0n;
  for (const { points, value } of [...balance.buckets].sort((a, b) => a.epoch - b.epoch)) {
    if (points === 0n) continue;
    let taken = points;
    if (left < taken) taken = left;
    worth += (value * taken) / points;
    left -= taken;
  }
  return worth;
}
