/* Words and numbers as a member reads them. Regions, not bare languages: plain `en` shows month before day. */

const LOCALE = 'en-GB';
const MICRO_PER_USD = 1_000_000n;

const whole = new Intl.NumberFormat(LOCALE, { useGrouping: 'always' });
const dayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const momentFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });

/** "1,240" */
export function formatWhole(value: bigint | number): string {
  return whole.format(value);
}

/** "1 point", "1,240 points" */
export function formatPoints(points: bigint): string {
  return `${whole.format(points)} ${points === 1n ? 'point' : 'points'}`;
}

/** µUSD as dollars and cents, rounded down: a member is never shown more than there is. Below a cent the digits are kept. */
export function formatMoney(microUsd: bigint): string {
  return dollars(microUsd, microUsd !== 0n && microUsd < 10_000n ? 6 : 2);
}

/** µUSD to the last digit, for point values: "$0.0125". */
export function formatExactMoney(microUsd: bigint): string {
  return dollars(microUsd, 6);
}

function dollars(microUsd: bigint, digits: number): string {
  const unit = 10n ** BigInt(6 - digits);
  const kept = (microUsd / unit) * unit;
  const decimal = `${kept / MICRO_PER_USD}.${(kept % MICRO_PER_USD).toString().padStart(6, '0')}`;
  const format = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
    useGrouping: 'always',
  });
  return format.format(decimal as `${number}`);
}

/** Minor units of a currency of two decimals: "€12.50". */
export function formatMinor(minor: bigint | number, currency: string): string {
  const units = BigInt(minor);
  const decimal = `${units / 100n}.${(units % 100n).toString().padStart(2, '0')}`;
  const format = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    useGrouping: 'always',
  });
  return format.format(decimal as `${number}`);
}

/** Beyond ten times what is owed the exact ratio says nothing any more. */
const PLENTY_BPS = 100_000n;

/** A ratio in basis points as a percentage with one decimal, rounded down: 10219 → "102.1%". */
export function formatPercent(basisPoints: bigint): string {
  if (basisPoints > PLENTY_BPS) return 'over 1,000%';
  const tenths = basisPoints / 10n;
  return `${whole.format(tenths / 10n)}.${tenths % 10n}%`;
}

/** "1 Jan 2027", in UTC, which expiry is counted in. */
export function formatDay(date: Date): string {
  return dayFormat.format(date);
}

/** The last day on which points can be spent: expiry is the first second in which they cannot. */
export function formatLastDay(expiresAt: Date): string {
  return dayFormat.format(new Date(expiresAt.getTime() - 1000));
}

/** "22 Nov, 14:02" in the reader's own time. */
export function formatMoment(date: Date): string {
  return momentFormat.format(date);
}

/** "14:02" */
export function formatClock(date: Date): string {
  return clockFormat.format(date);
}

/** "1234 5678": how a code is read aloud. */
export function formatCode(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1 ');
}
