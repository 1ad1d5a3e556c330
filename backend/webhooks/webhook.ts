/** Where a brand is told of what happens, and how a request describes it. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { eventTypeField } from '../events/event.ts';
import { DomainError } from '../shared/errors.ts';
import { isAllowedAddress, isLoopback } from './allowed-address.ts';

/** How many webhooks a brand may have. */
export const MAX_WEBHOOKS = 20;
/** How long the old secret goes on signing after a rotation, unless told otherwise, and at most. */
const OVERLAP_SECONDS = 24 * 60 * 60;
const MAX_OVERLAP_SECONDS = 7 * OVERLAP_SECONDS;
const SECRET_BYTES = 32;

const urlField = z.string().max(2_000, 'Send at most 2000 characters.');
const typesField = z.array(eventTypeField).max(100);
const descriptionField = z
  .string()
  .max(200, 'Send at most 200 characters.')
  // Neither goes into the database as it came.
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'Leave out control characters.');

/** The body of POST /webhooks; no `types`, or none in it, means all. */
export const newWebhookSchema = z.strictObject({
  url: urlField,
  types: typesField.default([]),
  description: descriptionField.default(''),
});

/** The body of PATCH /webhooks/:id. */
export const webhookChangeSchema = z.strictObject({
  url: urlField.optional(),
  types: typesField.optional(),
  description: descriptionField.optional(),
  status: z.enum(['active', 'paused'], 'Send active or paused.').optional(),
});

/** The body of POST /webhooks/:id/rotate. */
export const rotationSchema = z.strictObject({
  overlapSeconds: z
    .int('Send whole seconds.')
    .min(0)
    .max(MAX_OVERLAP_SECONDS, `Send at most ${MAX_OVERLAP_SECONDS}.`)
    .default(OVERLAP_SECONDS),
});

export interface WebhookRow {
  readonly id: string;
  readonly partner_id: number;
  readonly url: string;
  readonly description: string;
  readonly types: string[];
  readonly status: 'active' | 'paused';
  readonly paused_because: string | null;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly previous_until: Date | null;
  readonly failing_since: Date | null;
  readonly created_at: Date;
}

/** A webhook as the API answers; its secret is in no answer but the first. */
export const presentWebhook = (row: WebhookRow) => ({
  id: row.id,
  url: row.url,
  description: row.description,
  types: row.types,
  status: row.status,
  ...(row.paused_because !== null && { pausedBecause: row.paused_because }),
  ...(row.previous_until && { previousSecretUntil: row.previous_until.toISOString() }),
  ...(row.failing_since && { failingSince: row.failing_since.toISOString() }),
  createdAt: row.created_at.toISOString(),
});

/** What a webhook's secret is sealed for. */
export const secretContext = (id: string): string => `webhook ${id}`;

/** A new signing secret in the form of the Standard Webhooks spec. */
export const randomSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/**
 * Checks what can be known of a URL without asking anybody; where its name leads is checked at every connection.
 * @throws DomainError WEBHOOK_URL_FORBIDDEN
 */
export function parseWebhookUrl(text: string, { toLoopback }: { toLoopback: boolean }): string {
  const refuse = (message: string) =>
    new DomainError('WEBHOOK_URL_FORBIDDEN', { fields: [{ field: 'url', message }] });
  if (!URL.canParse(text)) throw refuse('This is not a URL.');
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLocal = /(^|\.)localhost\.?$/.test(host);
  if (url.username || url.password || url.hash)
    throw refuse('Leave out user name, password and fragment: the signature shows who sends.');
  if (url.protocol !== 'https:' && !(toLoopback && url.protocol === 'http:' && (isLocal || isLoopback(host))))
    throw refuse('Send an https URL.');
  if (isIP(host) !== 0 ? !isAllowedAddress(host, { toLoopback }) : isLocal && !toLoopback)
    throw refuse('Send the URL of a public host.');
  return url.href;
}
