/** Calendar epochs (UTC), as the contracts count them: whole quarters since 1970, grouped by 1, 2 or 4. */

/** How many quarters one epoch of a partner's points lasts. */
export type QuartersPerEpoch = 1 | 2 | 4;

/** The number of buckets in a word, and so the longest validity in epochs. */
export const BUCKETS = 4;

const MONTHS_PER_QUARTER = 3;
const QUARTERS_PER_YEAR = 4;
const UNIX_YEAR = 1970;

/** Whether a number read from outside is a permitted epoch length in quarters. */
export const isQuartersPerEpoch = (quarters: number): quarters is QuartersPerEpoch =>
  quarters === 1 || quarters === 2 || quarters === 4;

/** The epoch in which an instant lies. `timestamp` is in Unix seconds; an instant at a boundary belongs to the later epoch. */
export function epochAt(timestamp: number | bigint, quartersPerEpoch: QuartersPerEpoch): number {
  const date = new Date(Number(timestamp) * 1000);
  const quarter = Math.floor(date.getUTCMonth() / MONTHS_PER_QUARTER);
  const quarterIndex = (date.getUTCFullYear() - UNIX_YEAR) * QUARTERS_PER_YEAR + quarter;
  return Math.floor(quarterIndex / quartersPerEpoch);
}

/** The first second of an epoch, in Unix seconds. */
export function epochStart(epoch: number, quartersPerEpoch: QuartersPerEpoch): number {
  const quarterIndex = epoch * quartersPerEpoch;
  const year = UNIX_YEAR + Math.floor(quarterIndex / QUARTERS_PER_YEAR);
  return Date.UTC(year, (quarterIndex % QUARTERS_PER_YEAR) * MONTHS_PER_QUARTER) / 1000;
}

/**
 * The first second in which points of `epoch` are dead, in Unix seconds: usable through the second before it.
 * `validity` is the number of epochs in which points are live, the one they were earned in included (1..4).
 */
export const expiresAt = (
  epoch: number,
  { quartersPerEpoch, validity }: { quartersPerEpoch: QuartersPerEpoch; validity: number },
): number => epochStart(epoch + validity, quartersPerEpoch);
