/** secp256k1 by WebAssembly, about seven times as fast as plain JavaScript. For servers and scripts; browsers use account.ts. */
import * as secp256k1 from 'tiny-secp256k1';
import type { Address, Hex } from 'viem';
import type { RecoverEoa } from './account.ts';
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts';
import { checksumAddress, keccak } from './keccak.ts';

const addressOf = (publicKey: Uint8Array): Address =>
  checksumAddress(bytesToHex(keccak(publicKey.subarray(1)).subarray(12)));

/** `RecoverEoa` by WebAssembly; null when no key could have signed. */
export const recoverEoaNative: RecoverEoa = (digest, { r, s, yParity }) => {
  try {
    const publicKey = secp256k1.recover(
      hexToBytes(digest),
      concatBytes(hexToBytes(r), hexToBytes(s)),
      yParity,
      false,
    );
    return publicKey && addressOf(publicKey);
  } catch {
    // The library throws on an r or s that is 0 or past the order: no key signs such a thing.
    return null;
  }
};

/** The EOA of a 32-byte private key; null when the bytes are no valid key (0, or past the order). */
export function eoaOf(privateKey: Uint8Array): Address | null {
  const publicKey = secp256k1.isPrivate(privateKey) ? secp256k1.pointFromScalar(privateKey, false) : null;
  return publicKey && addressOf(publicKey);
}

/** Signs a 32-byte digest with a valid private key: 65 bytes r‖s‖v, deterministic (RFC 6979), low s. */
export function signDigest(privateKey: Uint8Array, digest: Hex): Hex {
  const { signature, recoveryId } = secp256k1.signRecoverable(hexToBytes(digest), privateKey);
  return bytesToHex(concatBytes(signature, Uint8Array.of(27 + recoveryId)));
}
