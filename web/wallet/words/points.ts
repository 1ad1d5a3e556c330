import { plural } from '@lingui/core/macro';
import { formatMoney, formatWhole } from '../../shared/ui/format.ts';

/** "1 point", "1,240 points" */
export function pointsWords(points: bigint): string {
  const amount = formatWhole(points);
  const count = countOf(points);
  return plural(count, { one: `${amount} point`, other: `${amount} points` });
}

/** Points with their brand: "1 Aurora point", "1,200 Aurora points". */
export function brandPoints(points: bigint, brand: string): string {
  const amount = formatWhole(points);
  const count = countOf(points);
  return plural(count, { one: `${amount} ${brand} point`, other: `${amount} ${brand} points` });
}

/** "1,240 points are worth about $12.40." */
export function worthWords(points: bigint, value: bigint): string {
  const amount = formatWhole(points);
  const money = formatMoney(value);
  const count = countOf(points);
  return plural(count, {
    one: `${amount} point is worth about ${money}.`,
    other: `${amount} points are worth about ${money}.`,
  });
}

/** What the plural is chosen by; a balance has fewer digits than a number holds exactly. */
const countOf = (points: bigint): number => Number(points);
