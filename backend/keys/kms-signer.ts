import { createPublicKey } from 'node:crypto';
import type { Address, Hex } from 'viem';
import { getAddress, keccak256 } from 'viem/utils';
import { bytesToBigInt, bytesToHex, sameHex } from '../protocol/bytes.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import type { DigestSigner, EoaSignature } from '../relay/signer.ts';
import { DomainError } from '../shared/errors.ts';

/** What a key management service does for us; AWS KMS has exactly these two (see aws-kms.ts), other services have their like. */
export interface Kms {
  /** The public key in SubjectPublicKeyInfo DER. */
  getPublicKey(keyId: string): Promise<Uint8Array>;
  /** An ECDSA signature in DER (SEQUENCE of two INTEGER) over a 32-byte digest, which is not hashed again. */
  signDigest(keyId: string, digest: Uint8Array): Promise<Uint8Array>;
}

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * Signs by a key that a KMS keeps. Its address is read from the public key once; every signature is brought to the low s that chains ask for,
 * and checked by recovering that address, so that nothing the service says is believed.
 * @throws DomainError SIGNER_UNAVAILABLE when the service fails, or has another kind of key
 */
export async function openKmsSigner(kms: Kms, keyId: string): Promise<DigestSigner> {
  const address = addressOfSpki(await kms.getPublicKey(keyId));
  return {
    address,
    isRemote: true,
    signDigest: async (digest) => {
      const der = await kms.signDigest(keyId, Buffer.from(digest.slice(2), 'hex'));
      return toEoaSignature(der, { digest, address });
    },
  };
}

const refuse = (message: string) => new DomainError('SIGNER_UNAVAILABLE', { message });

/** The EOA of a secp256k1 public key in DER. */
function addressOfSpki(spki: Uint8Array): Address {
  const jwk = (() => {
    try {
      const key = { key: Buffer.from(spki), format: 'der', type: 'spki' } as const;
      return createPublicKey(key).export({ format: 'jwk' });
    } catch {
      throw refuse('The KMS’s answer is no public key.');
    }
  })();
  if (jwk.crv !== 'secp256k1' || !jwk.x || !jwk.y)
    throw refuse('The KMS’s key is not of the curve secp256k1 (ECC_SECG_P256K1).');
  const point = Buffer.concat([jwk.x, jwk.y].map((part) => Buffer.from(part, 'base64url')));
  return getAddress(`0x${keccak256(point).slice(-40)}`);
}

function toEoaSignature(
  der: Uint8Array,
  { digest, address }: { digest: Hex; address: Address },
): EoaSignature {
  const [r, high] = readDer(der);
  const s = high > ORDER / 2n ? ORDER - high : high;
  const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;
  for (const yParity of [0, 1] as const) {
    const signature = { r: word(r), s: word(s), yParity };
    const signer = recoverEoaNative(digest, signature) as Address | null;
    if (signer && sameHex(signer, address)) return signature;
  }
  throw refuse(`The KMS’s signature is not by ${address}.`);
}

/** r and s of an ECDSA-Sig-Value (RFC 3279, 2.2.3): 30 len 02 len r 02 len s, nothing before, between or after. */
function readDer(der: Uint8Array): [bigint, bigint] {
  const malformed = () => refuse(`The KMS’s answer is no signature: ${bytesToHex(der.subarray(0, 80))}.`);
  let at = 2;
  const readInteger = (): bigint => {
    const size = der[at + 1] ?? 0;
    const value = der.subarray(at + 2, at + 2 + size);
    if (der[at] !== 0x02 || size === 0 || size > 33 || value.length !== size || (value[0] ?? 0) > 0x7f)
      throw malformed();
    at += 2 + size;
    return bytesToBigInt(value);
  };
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw malformed();
  const [r, s] = [readInteger(), readInteger()];
  if (at !== der.length || r === 0n || s === 0n || r >= ORDER || s >= ORDER) throw malformed();
  return [r, s];
}
