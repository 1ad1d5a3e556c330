import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { countShape, hashShape, instantShape } from '../api/shapes.ts';
import { cursorField, limitField, momentField } from '../shared/requests.ts';

const text = z
  .string()
  .max(200)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'Leave out control characters.')
  .optional();
const filter = z.strictObject({
  action: text.describe('Exactly this one, such as `api-key.created`.'),
  actor: text.describe('`key:` and the id of a key, or `staff:` and an account.'),
  subject: text,
  from: momentField.optional(),
  to: momentField.optional(),
});
const jsonShape = z.string().nullable();

const entryShape = z
  .strictObject({
    seq: countShape,
    at: instantShape,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    before: jsonShape.meta({
      description: 'What was there before, as JSON in text; null where nothing was.',
    }),
    after: jsonShape,
    previousHash: hashShape,
    hash: hashShape.meta({ description: 'Over the previous one and all of the above.' }),
  })
  .meta({ id: 'AuditEntry', description: 'Who changed what, linked to the entry before.' });

const base = { tag: 'Office', method: 'get', caller: { key: 'audit' } } as const;

export const readAuditLogContract = defineContract({
  ...base,
  name: 'readAuditLog',
  path: '/v1/partners/me/audit',
  summary: 'Read the audit log',
  description:
    'Newest first. Each entry’s hash is over the one before, so nothing can be taken out or changed unseen.',
  query: filter.extend({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ entries: z.array(entryShape), next: z.string().nullable() }),
    },
  },
});

export const verifyAuditLogContract = defineContract({
  ...base,
  name: 'verifyAuditLog',
  path: '/v1/partners/me/audit/verify',
  summary: 'Verify the audit log',
  description: 'Recomputes every link. Keep `head` elsewhere, and nobody can replace what came before.',
  answers: {
    200: {
      description: 'Whether it holds.',
      schema: z.strictObject({
        entries: countShape,
        head: hashShape,
        broken: z.strictObject({ seq: countShape, why: z.string() }).nullable(),
      }),
    },
  },
});

export const exportAuditLogContract = defineContract({
  ...base,
  name: 'exportAuditLog',
  path: '/v1/partners/me/audit.csv',
  summary: 'Take the audit log as a file',
  query: filter,
  answers: { 200: { description: 'CSV (RFC 4180, UTF-8).', schema: z.string(), type: 'text/csv' } },
});
