import type { Hex } from 'viem';
import { isHexBytes } from '../protocol/bytes.ts';
import { eoaOf } from '../protocol/secp256k1-native.ts';
import { DomainError } from '../shared/errors.ts';

/** A keystore file in Web3 Secret Storage, by its path. */
export type KeystoreSource = `keystore:${string}`;
/** A key that AWS KMS keeps, by its id, ARN or alias. */
export type KmsSource = `kms:${string}`;
/** Where a signing key is: here (a secp256k1 private key), in a keystore, or in a KMS, which never hands it out. */
export type KeySource = Hex | KeystoreSource | KmsSource;

/** Whether a text is a secp256k1 private key. */
export const isPrivateKey = (text: string): text is Hex =>
  isHexBytes(text, 32) && eoaOf(Buffer.from(text.slice(2), 'hex')) !== null;
export const isKeystoreSource = (text: string): text is KeystoreSource => /^keystore:./.test(text);
export const isKmsSource = (text: string): text is KmsSource => /^kms:[A-Za-z0-9:/_-]+$/.test(text);

/** What stands behind the colon: a path, or the KMS's name for the key. */
export const referenceOf = (source: KeystoreSource | KmsSource): string =>
  source.slice(source.indexOf(':') + 1);

/** The private key itself. The caller has unlocked the configuration (`unlockKeys`). @throws DomainError INTERNAL when it has not */
export function privateKeyOf(source: KeySource): Hex {
  if (isPrivateKey(source)) return source;
  throw new DomainError('INTERNAL', { message: 'A key is used before it is unlocked.' });
}
