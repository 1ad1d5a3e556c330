/**
 * Units of value. Each is a bigint with a brand, so points can't be added to money by mistake; none is ever a float. They come into being only
 * through the parsers here, and leave as decimal strings, because JSON's numbers end at 2^53.
 */
import { z } from 'zod';

declare const unit: unique symbol;
type Branded<Name extends string> = bigint & { readonly [unit]: Name };

/** Whole points of one partner, 0 to 2^48 − 1. */
export type Points = Branded<'Points'>;
/** The smallest unit of a fiat currency (cents), 0 to 10^12. */
export type MinorUnits = Branded<'MinorUnits'>;
/** Millionths of a US dollar: one unit of the stablecoin. */
export type MicroUsd = Branded<'MicroUsd'>;
/** Hundredths of a percent. */
export type BasisPoints = Branded<'BasisPoints'>;
/** Whole seconds: a duration, or an instant since 1970 where the name says so. */
export type Seconds = Branded<'Seconds'>;

/** The most points that one partner's live supply, and so one amount, can hold. */
export const MAX_POINTS = 2n ** 48n - 1n;
/** The most minor units that one purchase or payment may have. */
export const MAX_MINOR_UNITS = 10n ** 12n;
const MAX_MICRO_USD = 2n ** 96n - 1n;
const MAX_BASIS_POINTS = 2n ** 16n - 1n;
const MAX_SECONDS = 2n ** 48n - 1n;
const MAX_DIGITS = 30;

interface Unit<T extends bigint> {
  /** Zod schema of a request field: an integer or its decimal string, from `min` (0 unless given) to the unit's limit. */
  request(options?: { min?: bigint }): z.ZodType<T, number | string>;
  /** Takes a value that a database or the chain vouches for. @throws RangeError outside of the unit's range: a bug, not bad input. */
  of(value: bigint | number | string): T;
}

function defineUnit<T extends bigint>(name: string, max: bigint): Unit<T> {
  return {
    request: ({ min = 0n } = {}) => {
      const rule = `Send a whole number from ${min} to ${max}, as a number or as a decimal string.`;
      // What the API's document says of it: zod's own words for "a number or its text" would not tell the limits.
      const described = {
        type: ['integer', 'string'],
        minimum: Number(min),
        maximum: Number(max),
        pattern: '^(0|[1-9][0-9]*)$',
        examples: [100],
      };
      return z
        .unknown()
        .meta(described)
        .transform((value, context) => {
          const integer = readInteger(value);
          if (integer !== null && integer >= min && integer <= max) return integer as T;
          context.addIssue({ code: 'custom', message: rule });
          return z.NEVER;
        }) as unknown as z.ZodType<T, number | string>;
    },
    of: (value) => {
      const integer = BigInt(value);
      if (integer < 0n || integer > max)
        throw new RangeError(`${integer} is outside of ${name}, 0 to ${max}`);
      return integer as T;
    },
  };
}

function readInteger(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value !== 'string' || value.length > MAX_DIGITS || !/^(0|-?[1-9]\d*)$/.test(value)) return null;
  return BigInt(value);
}

export const Points = defineUnit<Points>('Points', MAX_POINTS);
export const MinorUnits = defineUnit<MinorUnits>('MinorUnits', MAX_MINOR_UNITS);
export const MicroUsd = defineUnit<MicroUsd>('MicroUsd', MAX_MICRO_USD);
export const BasisPoints = defineUnit<BasisPoints>('BasisPoints', MAX_BASIS_POINTS);
export const Seconds = defineUnit<Seconds>('Seconds', MAX_SECONDS);

/** ⌊value × numerator ÷ denominator⌋ of non-negative integers. */
export const mulDivDown = (value: bigint, numerator: bigint, denominator: bigint): bigint =>
  (value * numerator) / denominator;
