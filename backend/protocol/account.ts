/**
 * Accounts and their signatures. An account is an EOA, or is named by a P-256 device key:
 * the last 20 bytes of keccak256(keccak256("Tessera P-256 account"), x, y). Nothing is deployed for either.
 */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address, Hex } from 'viem';
import { getAddress, recoverAddress } from 'viem/utils';
import { bytesToBigInt, bytesToHex, concatBytes, hexToBytes, isHexBytes, sameHex } from './bytes.ts';
import { keccak } from './keccak.ts';

const P256_ACCOUNT_TAG = keccak(utf8ToBytes('Tessera P-256 account'));
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_HALF_ORDER = P256_ORDER >> 1n;
const SECP256K1_HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const P256_SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** DER of a SubjectPublicKeyInfo for an uncompressed P-256 point, up to the point's 64 coordinate bytes (RFC 5480). */
const P256_SPKI_PREFIX = '0x3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/** A P-256 public key: two 32-byte coordinates. */
export interface DeviceKey {
  readonly x: Hex;
  readonly y: Hex;
}

/** A secp256k1 signature taken apart; `s` is low (EIP-2). */
export interface EoaSignature {
  readonly r: Hex;
  readonly s: Hex;
  readonly yParity: 0 | 1;
}

/** Finds the EOA that signed a digest; null when no key could have. */
export type RecoverEoa = (digest: Hex, signature: EoaSignature) => Address | null | Promise<Address | null>;

/** `RecoverEoa` in plain JavaScript, for browsers (a few hundred a second). Servers use secp256k1-native.ts. */
export const recoverEoa: RecoverEoa = (digest, signature) =>
  recoverAddress({ hash: digest, signature }).catch(() => null);

/** The account that a device key names, checksummed. The caller ensures that `x` and `y` are 32 bytes each. */
export const deviceKeyAccount = ({ x, y }: DeviceKey): Address =>
  getAddress(bytesToHex(keccak(concatBytes(P256_ACCOUNT_TAG, hexToBytes(x), hexToBytes(y))).subarray(12)));

/** Reads a P-256 public key in SubjectPublicKeyInfo DER (what `exportKey('spki')` and WebAuthn give); null when it is something else. */
export function parseSpki(spki: Uint8Array): DeviceKey | null {
  const hex = bytesToHex(spki);
  if (!hex.startsWith(P256_SPKI_PREFIX) || spki.length !== 91) return null;
  return { x: bytesToHex(spki.subarray(27, 59)), y: bytesToHex(spki.subarray(59)) };
}

/** Reads a P-256 public key from a JSON Web Key (RFC 7518); null when it is something else. */
export function parseJwk(jwk: { kty?: string; crv?: string; x?: string; y?: string }): DeviceKey | null {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !jwk.x || !jwk.y) return null;
  const [x, y] = [fromBase64Url(jwk.x), fromBase64Url(jwk.y)];
  return x?.length === 32 && y?.length === 32 ? { x: bytesToHex(x), y: bytesToHex(y) } : null;
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/**
 * Packs what WebCrypto signed with a device key (r‖s, 64 bytes) as the contracts take it: x‖y‖r‖s, 128 bytes, with `s`
 * brought to the lower half of the order, because the contracts refuse the other one (it would be a second valid signature).
 */
export function packDeviceSignature({ x, y }: DeviceKey, signature: Uint8Array): Hex {
  const s = bytesToBigInt(signature.subarray(32, 64));
  const low = s > P256_HALF_ORDER ? P256_ORDER - s : s;
  return `0x${x.slice(2)}${y.slice(2)}${bytesToHex(signature.subarray(0, 32)).slice(2)}${low.toString(16).padStart(64, '0')}`;
}

/** Reads a 65-byte (v 27 or 28) or 64-byte (EIP-2098) EOA signature; null when malformed or when `s` is high. */
export function parseEoaSignature(signature: Hex): EoaSignature | null {
  if (!isHexBytes(signature)) return null;
  const bytes = hexToBytes(signature);
  if (bytes.length !== 65 && bytes.length !== 64) return null;
  const s = bytes.slice(32, 64);
  const parity = bytes.length === 65 ? (bytes[64] ?? 0) - 27 : (s[0] ?? 0) >> 7;
  if (bytes.length === 64) s[0] = (s[0] ?? 0) & 0x7f;
  if ((parity !== 0 && parity !== 1) || bytesToBigInt(s) > SECP256K1_HALF_ORDER) return null;
  return { r: bytesToHex(bytes.subarray(0, 32)), s: bytesToHex(s), yParity: parity };
}

/** Whether `signature` (64 or 65 bytes: EOA; 128 bytes: device key) over an EIP-712 digest was made by `account`. */
export async function verifyAccountSignature(
  { account, digest, signature }: { account: Address; digest: Hex; signature: Hex },
  recover: RecoverEoa = recoverEoa,
): Promise<boolean> {
  if (isHexBytes(signature, 128)) return verifyDeviceSignature({ account, digest, signature });
  const parsed = parseEoaSignature(signature);
  const signer = parsed && (await recover(digest, parsed));
  return signer !== null && sameHex(signer, account);
}

async function verifyDeviceSignature({
  account,
  digest,
  signature,
}: {
  account: Address;
  digest: Hex;
  signature: Hex;
}): Promise<boolean> {
  const bytes = hexToBytes(signature);
  const key = { x: bytesToHex(bytes.subarray(0, 32)), y: bytesToHex(bytes.subarray(32, 64)) };
  if (!sameHex(deviceKeyAccount(key), account) || bytesToBigInt(bytes.subarray(96)) > P256_HALF_ORDER)
    return false;
  const point = concatBytes(Uint8Array.of(4), bytes.subarray(0, 64));
  // A point off the curve is refused by importKey.
  const publicKey = await crypto.subtle.importKey('raw', point, P256, false, ['verify']).catch(() => null);
  return (
    publicKey !== null && crypto.subtle.verify(P256_SHA256, publicKey, bytes.slice(64), hexToBytes(digest))
  );
}
