import { t } from '@lingui/core/macro';
import type { Balance } from '../../shared/api/shapes.ts';
import { formatLastDay, formatWhole } from '../../shared/ui/format.ts';

const SOON_MS = 45 * 24 * 3600 * 1000;

/** The points that go first, in words, and whether that is soon enough to stand out. */
export function nextExpiry(balance: Balance, now: Date): { words: string; soon: boolean } | undefined {
  const first = balance.buckets
    .filter(({ points }) => points > 0n)
    .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime())[0];
  if (!first) return undefined;
  const day = formatLastDay(first.expiresAt);
  const amount = formatWhole(first.points);
  return {
    words: first.points === balance.points ? t`Use by ${day}` : t`${amount} to use by ${day}`,
    soon: first.expiresAt.getTime() - now.getTime() < SOON_MS,
  };
}
