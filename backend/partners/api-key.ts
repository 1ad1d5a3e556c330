import { randomBytes } from 'node:crypto';

/**
 * What a key may do. `till`: record purchases, open payments, use vouchers, look members up. `events`: follow what happens at the brand.
 * `webhooks`: say where the brand is told of it.
 */
export const SCOPES = ['till', 'events', 'webhooks'] as const;
export type Scope = (typeof SCOPES)[number];

/** A checked API key: identity and rights of whoever sent it. */
export interface ApiKey {
  readonly id: string;
  readonly partnerId: number;
  readonly scopes: readonly string[];
}

const PREFIX_BYTES = 5;
const SECRET_BYTES = 24;
const KEY = /^tsk_([0-9a-f]{10})_[A-Za-z0-9_-]{32}$/;

/** A new random key `tsk_<prefix>_<secret>` with 192 bits of secret. */
export function randomApiKey(): { key: string; prefix: string } {
  const prefix = randomBytes(PREFIX_BYTES).toString('hex');
  return { key: `tsk_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`, prefix };
}

/** The public prefix of a well-formed key; null for anything else. */
export const prefixOf = (key: string): string | null => KEY.exec(key)?.[1] ?? null;
