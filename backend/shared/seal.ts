/** Secrets at rest: AES-256-GCM under the network's own keys. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from './errors.ts';
import { sha256 } from './ids.ts';

const VERSION = 1;
const KEY_ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + IV_BYTES + TAG_BYTES;

/** Encrypts and decrypts; `context` says what a secret is for, and a secret that was moved elsewhere can't be read there. */
export interface Sealer {
  seal(secret: string, context: string): Uint8Array<ArrayBuffer>;
  /** @throws DomainError SECRET_UNREADABLE when the key is not among ours, or the bytes or the context are not the sealed ones */
  open(sealed: Uint8Array, context: string): string;
}

/** A sealer with these keys (hex of 32 bytes): the first seals, all open, so that a new one can be put in front. @throws DomainError SECRETS_KEY_MISSING without any */
export function createSealer(hexKeys: readonly string[]): Sealer {
  const keys = hexKeys.map((hex) => {
    const key = Buffer.from(hex.replace(/^0x/, ''), 'hex');
    return { key, id: sha256(key).subarray(0, KEY_ID_BYTES) };
  });
  const [newest] = keys;
  if (!newest) throw new DomainError('SECRETS_KEY_MISSING');
  return {
    seal(secret, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return new Uint8Array(
        Buffer.concat([Buffer.from([VERSION]), newest.id, iv, cipher.getAuthTag(), text]),
      );
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const id = bytes.subarray(1, 1 + KEY_ID_BYTES);
      const known = keys.find((key) => key.id.equals(id));
      if (bytes[0] !== VERSION || !known) throw new DomainError('SECRET_UNREADABLE');
      const iv = bytes.subarray(1 + KEY_ID_BYTES, HEADER_BYTES - TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', known.key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(HEADER_BYTES - TAG_BYTES, HEADER_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]).toString();
      } catch (cause) {
        throw new DomainError('SECRET_UNREADABLE', { cause });
      }
    },
  };
}
