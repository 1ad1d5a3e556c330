/** What the issuer role may mint for a brand: OpenZeppelin RateLimiter's refilling bucket, in points and seconds. */

/** The bucket as it was last written, at `at`. */
export interface MintAllowance {
  readonly capacity: bigint;
  readonly window: number;
  readonly used: bigint;
  readonly at: number;
}

/** The allowance of a brand that has set none: the operator can't mint. */
export const NO_ALLOWANCE: MintAllowance = { capacity: 0n, window: 0, used: 0n, at: 0 };

/** Points used at an instant: what has refilled since is rounded down. */
export function usedAt({ capacity, window, used, at }: MintAllowance, timestamp: number): bigint {
  const refilled = (BigInt(timestamp - at) * capacity) / BigInt(Math.max(window, 1));
  return used > refilled ? used - refilled : 0n;
}

/** Points that the issuer role can mint at an instant. */
export function availableAt(allowance: MintAllowance, timestamp: number): bigint {
  const left = allowance.capacity - usedAt(allowance, timestamp);
  return left > 0n ? left : 0n;
}

/** The allowance after minting `points`. */
export const consume = (allowance: MintAllowance, points: bigint, timestamp: number): MintAllowance =>
  points === 0n ? allowance : { ...allowance, used: usedAt(allowance, timestamp) + points, at: timestamp };

/** The allowance with new terms: what was used stays used. */
export const changeAllowance = (
  allowance: MintAllowance,
  { capacity, window }: { capacity: bigint; window: number },
  timestamp: number,
): MintAllowance => ({ capacity, window, used: usedAt(allowance, timestamp), at: timestamp });
