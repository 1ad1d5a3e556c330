/* Words and numbers as a member reads them. Regions, not bare languages: plain `en` shows month before day. */

const MICRO_PER_USD = 1_000_000n;

let region = 'en-GB';
let formats = formatsOf(region);

/** Shows numbers, money and dates as people of another region write them, from now on: "pl-PL". */
export function speakRegion(wanted: string): void {
  region = wanted;
  formats = formatsOf(wanted);
}

function formatsOf(locale: string) {
  return {
    // Polish, Spanish and Portuguese leave four digits together; points and money stand below each other.
    whole: new Intl.NumberFormat(locale, { useGrouping: 'always' }),
    decimal: new Intl.NumberFormat(locale, { useGrouping: 'always', maximumFractionDigits: 2 }),
    day: new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    }),
    moment: new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    }),
    clock: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
  };
}

/** "1,240" */
export function formatWhole(value: bigint | number): string {
  return formats.whole.format(value);
}

/** "1 point", "1,240 points" */
export function formatPoints(points: bigint): string {
  return `${formats.whole.format(points)} ${points === 1n ? 'point' : 'points'}`;
}

const HUNDREDTHS = 100n;

/** `part` / `of` with up to two decimals, rounded down: "2.5". */
export function formatDecimal(part: bigint, of: bigint): string {
  const hundredths = of === 0n ? 0n : (part * HUNDREDTHS) / of;
  const decimal = `${hundredths / HUNDREDTHS}.${(hundredths % HUNDREDTHS).toString().padStart(2, '0')}`;
  return formats.decimal.format(decimal as `${number}`);
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
  const format = new Intl.NumberFormat(region, {
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
  const format = new Intl.NumberFormat(region, {
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
  return `${formats.whole.format(tenths / 10n)}.${tenths % 10n}%`;
}

/** "1 Jan 2027", in UTC, which expiry is counted in. */
export function formatDay(date: Date): string {
  return formats.day.format(date);
}

/** The last day on which points can be spent: expiry is the first second in which they cannot. */
export function formatLastDay(expiresAt: Date): string {
  return formats.day.format(new Date(expiresAt.getTime() - 1000));
}

/** "22 Nov, 14:02" in the reader's own time. */
export function formatMoment(date: Date): string {
  return formats.moment.format(date);
}

/** "14:02" */
export function formatClock(date: Date): string {
  return formats.clock.format(date);
}

/** "1234 5678": how a code is read aloud. */
export function formatCode(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1 ');
}
