/** Parsers that several domains' borders share. */
import { type Address, type Hex, zeroAddress } from 'viem';
import { z } from 'zod';
import { isHexBytes } from '../protocol/bytes.ts';
import { checksumAddress } from '../protocol/keccak.ts';
import { DomainError, type FieldProblem } from './errors.ts';

/** An account in a request: an address, checksummed or in one case, and not zero. */
export const accountField = z
  .string()
  .meta({ pattern: '^0x[0-9a-fA-F]{40}$', examples: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'] })
  .transform((value, context): Address => {
    if (isHexBytes(value, 20) && value !== zeroAddress) {
      const address = checksumAddress(value);
      if (value === address || value === value.toLowerCase()) return address;
    }
    context.addIssue({
      code: 'custom',
      message:
        'Send an address: 0x and 40 hex digits, all in lower case or with the right checksum, not zero.',
    });
    return z.NEVER;
  });

/** Hex of exactly `size` bytes in a request. */
export const hexField = (size: number) =>
  z
    .string()
    .meta({ pattern: `^0x[0-9a-fA-F]{${2 * size}}$` })
    .transform((value, context): Hex => {
      if (isHexBytes(value, size)) return value.toLowerCase() as Hex;
      context.addIssue({ code: 'custom', message: `Send 0x and ${2 * size} hex digits.` });
      return z.NEVER;
    });

/** A till's own id for a purchase or payment: what fits an URL and a receipt. */
export const tillIdField = z
  .string()
  .regex(/^[A-Za-z0-9._:~-]{1,100}$/, 'Send 1 to 100 letters, digits or any of . _ : ~ -')
  .meta({ examples: ['sale-1001'] });

/** A moment in a request: ISO 8601 with its offset. */
export const momentField = z.iso
  .datetime({ offset: true, error: 'Send a moment as ISO 8601, such as 2026-03-01T12:30:00Z.' })
  .meta({ examples: ['2026-03-01T12:30:00Z'] })
  .transform((text) => new Date(text));

/** What people call something: one line, 1 to 100 characters. */
export const nameField = z
  .string()
  .trim()
  .min(1, 'Send 1 to 100 characters.')
  .max(100, 'Send 1 to 100 characters.')
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'Leave out control characters.');

/** A partner or charity number. */
export const numberField = z
  .int('Send a whole number.')
  .min(1, 'Numbers start at 1.')
  .max(2 ** 32 - 1)
  .meta({ examples: [1] });

/** An ISO 4217 code. */
export const currencyField = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Send three capital letters, such as USD.')
  .meta({ examples: ['USD'] });

/** The most items that a page may have, and how many it has unless the caller says. */
export const PAGE_LIMIT = 100;

/** A small whole number in a query. */
export const wholeField = ({ min, max }: { min: number; max: number }) =>
  z
    .unknown()
    .meta({ type: 'integer', minimum: min, maximum: max })
    .transform((value, context): number => {
      const number =
        typeof value === 'string' && /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      context.addIssue({ code: 'custom', message: `Send a whole number from ${min} to ${max}.` });
      return z.NEVER;
    });

/** How many items a page is to have, in a query: 1 to 100. */
export const limitField = wholeField({ min: 1, max: PAGE_LIMIT }).optional();

/** Where a page begins, in a query: `next` of the page before. */
export const cursorField = z.string().max(300).optional();

/** Parses outside data. @throws DomainError REQUEST_INVALID that names every offending field. */
export function parseRequest<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data ?? {});
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap(fieldProblems);
  const names = [...new Set(fields.map(({ field }) => field))].join(', ');
  throw new DomainError('REQUEST_INVALID', { message: `The request is invalid at: ${names}.`, fields });
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'This field is not known here; leave it out.',
    }));
  return [{ field: path.join('.') || '(body)', message: describe(issue) }];
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  // Zod leaves the input out of its issues (it may be secret), so its own words are all that tells "missing" from "wrong".
  if (issue.message.endsWith('received undefined')) return 'This field is needed.';
  return `Send a value of type ${issue.expected}.`;
}
