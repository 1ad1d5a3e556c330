/** Which endpoints are listened to first: one that lags or was outvoted is left out for a while, and comes back by itself. */
import type { PublicClient } from 'viem';

/** How long an endpoint is left out after it was found to lag or lie. */
export const ASIDE_MS = 10_000;

const asideUntil = new WeakMap<PublicClient, number>();

/** Leaves an endpoint out for a while: it is asked only when the others are too few. */
export function setAside(endpoint: PublicClient, now = performance.now()): void {
  asideUntil.set(endpoint, now + ASIDE_MS);
}

/** Whether an endpoint is left out now. */
export const isAside = (endpoint: PublicClient, now = performance.now()): boolean =>
  (asideUntil.get(endpoint) ?? 0) > now;

/** All of them in their order, those that are left out at the end. */
export const byTrust = (endpoints: readonly PublicClient[]): PublicClient[] => {
  const now = performance.now();
  return [...endpoints].sort((a, b) => Number(isAside(a, now)) - Number(isAside(b, now)));
};
