/** Parts of answers that several domains share, as JSON has them. */
import { z } from 'zod';
import { ACT_KINDS } from '../protocol/acts.ts';

const DECIMAL = /^(0|[1-9]\d*)$/;
const decimal = (id: string, description: string, example: string) =>
  z
    .string()
    .regex(DECIMAL)
    .meta({ id, description, examples: [example] });

export const pointsShape = decimal(
  'Points',
  'Whole points of one brand, as a decimal string: they may pass 2^53.',
  '1250',
);
export const microUsdShape = decimal(
  'MicroUsd',
  'Millionths of a US dollar, as a decimal string.',
  '12500000',
);
export const minorUnitsShape = decimal(
  'MinorUnits',
  'The smallest unit of a currency (cents), as a decimal string.',
  '1250',
);
export const countShape = decimal('Count', 'A whole number that may pass 2^53, as a decimal string.', '42');

export const addressShape = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .meta({
    id: 'Address',
    description: 'An account or a contract on the chain, with its checksum.',
    examples: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  });
export const hashShape = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .meta({ id: 'Hash', description: '32 bytes as 0x and hex digits.' });
export const bytesShape = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/)
  .meta({ id: 'Bytes', description: 'Bytes as 0x and hex digits.' });
export const instantShape = z.iso
  .datetime()
  .meta({ id: 'Instant', description: 'A moment: ISO 8601 in UTC.', examples: ['2026-03-01T12:30:00.000Z'] });
export const secondsShape = z
  .int()
  .min(0)
  .max(2 ** 48 - 1)
  .meta({ id: 'UnixSeconds', description: 'A moment: whole seconds since 1970.', examples: [1772368200] });
export const numberShape = z
  .int()
  .min(1)
  .max(2 ** 32 - 1)
  .meta({
    id: 'PartyNumber',
    description: 'The number of a brand or a charity, given by the hub from 1 up.',
  });
export const wholeShape = z.int().min(0);
export const kindShape = z.enum(ACT_KINDS);

/** Why something waits, was skipped or failed. */
export const reasonShape = z
  .strictObject({
    code: z.string().meta({ description: 'One of the codes that problems have.' }),
    message: z.string().meta({ description: 'What happened, ending with the remedy.' }),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  })
  .meta({ id: 'Reason', description: 'Why something waits, was skipped or failed.' });

/** RFC 9457 problem details. */
export const problemShape = z
  .strictObject({
    type: z.string().meta({ description: '`urn:tessera:problem:` and the code in lower case with hyphens.' }),
    title: z.string().meta({ description: 'What this kind of problem is, always the same for a code.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What happened here, ending with the remedy.' }),
    code: z.string().meta({ description: 'Stable: decide by this.' }),
    retry: z.enum(['never', 'same-key', 'later']).meta({
      description:
        'Whether trying again helps. `never`: not with the same input. `same-key`: the outcome is unknown or will change, and the same request with the same id is safe and right. `later`: nothing was done, and time may cure it.',
    }),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong, field by field.' }),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional()
      .meta({ description: 'Facts about the refusal.' }),
    requestId: z.string().optional().meta({ description: 'The same as in the header `x-request-id`.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });
