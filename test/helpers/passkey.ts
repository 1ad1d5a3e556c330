import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AbiCoder, concat, toBeHex } from 'ethers';

/** Order of the P-256 group (SEC 2, secp256r1). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** WebAuthn authenticator flags: user present, user verified. */
export const USER_PRESENT = 0x01;
export const USER_VERIFIED = 0x04;

/** A P-256 key as an authenticator or a browser keeps it: `x` and `y` are 32 bytes in hex. */
export interface P256Key {
  readonly x: string;
  readonly y: string;
  readonly privateKey: KeyObject;
}

/** What a test may get wrong on purpose in an assertion. */
export interface AssertionFaults {
  readonly flags?: number;
  readonly type?: string;
  readonly highS?: boolean;
}

/** Makes a P-256 key. */
export function makeP256Key(): P256Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
  const hex = (part: string) => `0x${Buffer.from(part, 'base64url').toString('hex')}`;
  return { x: hex(x), y: hex(y), privateKey };
}

/** Signs `message` (SHA-256 is part of the scheme) and returns r and s; s is low unless `highS`. */
export function signP256({ privateKey }: P256Key, message: Uint8Array, { highS = false } = {}) {
  const signature = createSign('SHA256').update(message).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  const r = BigInt(`0x${signature.subarray(0, 32).toString('hex')}`);
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const isHigh = s > P256_ORDER / 2n;
  return { r: toBeHex(r, 32), s: toBeHex(isHigh === highS ? s : P256_ORDER - s, 32) };
}

/** A device key's signature of a 32-byte digest as the contracts take it: x, y, r, s. */
export function signAsDevice(key: P256Key, digest: string, { highS = false } = {}): string {
  const { r, s } = signP256(key, Buffer.from(digest.slice(2), 'hex'), { highS });
  return concat([key.x, key.y, r, s]);
}

/** A passkey's WebAuthn assertion of a digest as the contracts take it: x, y, WebAuthnAuth. */
export function assertAsPasskey(key: P256Key, digest: string, faults: AssertionFaults = {}): string {
  const { flags = USER_PRESENT | USER_VERIFIED, type = 'webauthn.get', highS = false } = faults;
  const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url');
  const clientDataJSON = `{"type":"${type}","challenge":"${challenge}","origin":"http://localhost:3000","crossOrigin":false}`;
  const rpIdHash = createHash('sha256').update('localhost').digest();
  const authenticatorData = Buffer.concat([rpIdHash, Buffer.from([flags, 0, 0, 0, 7])]);
  const clientDataHash = createHash('sha256').update(clientDataJSON).digest();
  const { r, s } = signP256(key, Buffer.concat([authenticatorData, clientDataHash]), { highS });
  const auth = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'],
    [
      r,
      s,
      clientDataJSON.indexOf('"challenge"'),
      clientDataJSON.indexOf('"type"'),
      authenticatorData,
      clientDataJSON,
    ],
  );
  return concat([key.x, key.y, auth]);
}
