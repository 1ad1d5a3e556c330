/** Finding what may not be read: an HMAC under the network's own keys stands in the database in place of the thing itself. */
import { createHmac } from 'node:crypto';
import { DomainError } from './errors.ts';

const PURPOSE = 'tessera blind index';

/** Hashes for lookups; `context` says what is hashed, so that the same text elsewhere has another hash. */
export interface BlindIndex {
  /** The hash that is stored: 32 bytes, by the newest key. */
  of(text: string, context: string): Buffer;
  /** All hashes under which it may have been stored, the newest first. */
  all(text: string, context: string): Buffer[];
}

/**
 * An index with the keys of the sealer (hex of 32 bytes), each made into a key of its own purpose: the first hashes what is new, all find. So a
 * till may send a plain hash that anybody could guess through, and the database holds nothing that can be guessed at without the keys.
 * @throws DomainError SECRETS_KEY_MISSING without any
 */
export function createBlindIndex(hexKeys: readonly string[]): BlindIndex {
  if (hexKeys.length === 0) throw new DomainError('SECRETS_KEY_MISSING');
  const keys = hexKeys.map((hex) => hmac(Buffer.from(hex.replace(/^0x/, ''), 'hex'), PURPOSE));
  const all = (text: string, context: string) =>
    keys.map((key) => hmac(key, JSON.stringify([context, text])));
  return { all, of: (text, context) => all(text, context)[0] ?? Buffer.alloc(0) };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
