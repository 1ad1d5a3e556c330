import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { instantShape } from '../api/shapes.ts';
import { limitField, momentField, nameField } from '../shared/requests.ts';
import { MAX_KEYS } from './change-api-keys.ts';
import { PERMISSION_NAMES, PERMISSIONS } from './permission.ts';

const DAY = 24 * 60 * 60;
const MAX_OVERLAP = 30 * DAY;
const WHAT = Object.entries(PERMISSIONS)
  .map(([name, what]) => `\`${name}\`: ${what}`)
  .join(' ');

const scopeField = z.enum(PERMISSION_NAMES, { error: `Send one of: ${PERMISSION_NAMES.join(', ')}.` });
const params = z.strictObject({ id: z.uuid('Send the id of a key.') });

const fields = z.strictObject({
  id: z.uuid(),
  prefix: z.string().meta({ description: 'How the key begins, behind `tsk_`.' }),
  name: z.string(),
  scopes: z.array(z.string()),
  status: z.enum(['active', 'expired', 'revoked']),
  createdAt: instantShape,
  lastUsedAt: instantShape.nullable().meta({ description: 'To the minute; null while it was never used.' }),
  expiresAt: instantShape.nullable(),
  previousSecretUntil: instantShape
    .nullable()
    .meta({ description: 'So long the secret before the last rotation is good too.' }),
});
const keyShape = fields.meta({ id: 'ApiKey', description: 'An API key of a brand, without its secret.' });
const secretKeyShape = fields
  .extend({ key: z.string().meta({ description: 'The whole key, in this answer alone.' }) })
  .meta({ id: 'ApiKeyWithSecret', description: 'An API key with its new secret.' });

const base = { tag: 'Office', caller: { key: 'keys' } } as const;

export const listApiKeysContract = defineContract({
  ...base,
  name: 'listApiKeys',
  method: 'get',
  path: '/v1/keys',
  summary: 'List API keys',
  description: 'Newest first, revoked and expired ones too; never their secrets.',
  query: z.strictObject({
    cursor: z.uuid('Send "next" of the page before, or nothing.').optional(),
    limit: limitField,
  }),
  answers: {
    200: {
      description: 'A page of keys; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ keys: z.array(keyShape), next: z.string().nullable() }),
    },
  },
});

export const createApiKeyContract = defineContract({
  ...base,
  name: 'createApiKey',
  method: 'post',
  path: '/v1/keys',
  summary: 'Make an API key',
  description: `At most ${MAX_KEYS} that live, and none that may do more than whoever makes it. Scopes: ${WHAT}`,
  body: z.strictObject({
    name: nameField,
    scopes: z.array(scopeField).min(1).max(PERMISSION_NAMES.length),
    expiresAt: momentField.optional(),
  }),
  answers: { 201: { description: 'Made; keep the key.', schema: secretKeyShape } },
  refusals: ['KEY_BEYOND_OWN', 'KEYS_TOO_MANY'],
});

export const renameApiKeyContract = defineContract({
  ...base,
  name: 'renameApiKey',
  method: 'patch',
  path: '/v1/keys/:id',
  summary: 'Rename an API key',
  params,
  body: z.strictObject({ name: nameField }),
  answers: { 200: { description: 'Renamed.', schema: keyShape } },
  refusals: ['API_KEY_UNKNOWN'],
});

export const rotateApiKeyContract = defineContract({
  ...base,
  name: 'rotateApiKey',
  method: 'post',
  path: '/v1/keys/:id/rotate',
  summary: 'Change an API key’s secret',
  description:
    'The old secret is good for `overlapSeconds` more, a day unless given. It takes all the scopes that the key has.',
  params,
  body: z.strictObject({
    overlapSeconds: z.int('Send whole seconds.').min(0).max(MAX_OVERLAP).default(DAY),
  }),
  answers: { 200: { description: 'Changed; keep the key.', schema: secretKeyShape } },
  refusals: ['API_KEY_UNKNOWN', 'KEY_BEYOND_OWN'],
});

export const revokeApiKeyContract = defineContract({
  ...base,
  name: 'revokeApiKey',
  method: 'delete',
  path: '/v1/keys/:id',
  summary: 'Revoke an API key',
  description: 'It is refused within two seconds, everywhere and for good.',
  params,
  answers: { 204: { description: 'Revoked.' } },
  refusals: ['API_KEY_UNKNOWN'],
});
