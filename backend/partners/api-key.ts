import { randomBytes } from 'node:crypto';
import type { Permission } from './permission.ts';

/** What an operator's key may do: all that the operator's routes offer. No key of a brand has it. */
export const OPERATOR_SCOPE = 'operator';

/** What a key may do. */
export type Scope = Permission | typeof OPERATOR_SCOPE;

/** What an operator's key is of, and the audit chain of what is the coalition's own. */
export const COALITION = 0;

/** Whoever acts for a brand: a checked API key, or one of its people who has signed in, and then with the permissions of the role. */
export interface ApiKey {
  readonly id: string;
  /** 0 for an operator's key. */
  readonly partnerId: number;
  readonly scopes: readonly string[];
  /** As the audit log names them: `key:…`, or `staff:` and the account. */
  readonly actor: string;
}

const PREFIX_BYTES = 5;
const SECRET_BYTES = 24;
const KEY = /^tsk_([0-9a-f]{10})_[A-Za-z0-9_-]{32}$/;

/** A new random key `tsk_<prefix>_<secret>` with 192 bits of secret; another secret behind the same prefix when one is given. */
export function randomApiKey(prefix = randomBytes(PREFIX_BYTES).toString('hex')): {
  key: string;
  prefix: string;
} {
  return { key: `tsk_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`, prefix };
}

/** The public prefix of a well-formed key; null for anything else. */
export const prefixOf = (key: string): string | null => KEY.exec(key)?.[1] ?? null;
