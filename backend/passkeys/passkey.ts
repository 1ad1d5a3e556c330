/** Passkeys (WebAuthn credentials) at the border. */
import { isoBase64URL } from '@simplewebauthn/server/helpers';
import type { Address } from 'viem';
import { z } from 'zod';
import type { DeviceKey } from '../protocol/account.ts';
import { hexToBytes } from '../protocol/bytes.ts';
import { accountField } from '../shared/requests.ts';

/** ECDSA with P-256 and SHA-256 (RFC 9053): what the contracts can check. */
export const ES256 = -7;
/** How long a browser may let its user think, in milliseconds. */
export const PASSKEY_TIMEOUT_MS = 5 * 60_000;

/** A credential that is known here. `key` is the account that its public key names, `account` the member for whom it was made. */
export interface Passkey {
  readonly credentialId: string;
  readonly account: Address;
  readonly key: Address;
  readonly publicKey: DeviceKey;
  readonly userHandle: Buffer;
  readonly signCount: bigint;
  readonly transports: readonly string[];
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const base64Url = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .regex(/^[A-Za-z0-9_-]+$/, 'Send base64url without padding.');

/** Credential ids have at most 1,023 bytes (WebAuthn, 5.1.3). */
const credentialIdField = base64Url(1_364).describe('The credential’s id, base64url.');

const common = {
  id: credentialIdField,
  rawId: credentialIdField,
  type: z.literal('public-key', 'Send public-key.'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z.looseObject({}).optional().describe('Not looked at.'),
};

/** What `PublicKeyCredential.toJSON()` makes of a new credential. */
const registrationSchema = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON: base64Url(4_096),
    attestationObject: base64Url(16_384),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
    authenticatorData: base64Url(8_192).optional(),
    publicKey: base64Url(8_192).nullish(),
    publicKeyAlgorithm: z.int().optional(),
  }),
});

/** The body of POST /passkeys. */
export const newPasskeySchema = z.strictObject({ credential: registrationSchema });
export type NewPasskey = z.output<typeof newPasskeySchema>['credential'];

/** What `PublicKeyCredential.toJSON()` makes of an assertion. */
const assertionSchema = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON: base64Url(4_096),
    authenticatorData: base64Url(4_096),
    signature: base64Url(512),
    userHandle: base64Url(128).nullish(),
  }),
});

/** The body of POST /sessions/passkey. */
export const passkeySignInSchema = z.strictObject({
  credential: assertionSchema,
  account: accountField
    .optional()
    .describe('The account to sign in to, if the passkey is a key of another than the one it was made for.'),
});
export type PasskeyAssertionJson = z.output<typeof passkeySignInSchema>['credential'];

/** The body of a request for registration options. */
export const passkeyOptionsSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('What the authenticator shows for it, so that its user knows it again. It is not kept here.'),
});

/** The bytes of a challenge in what the browser signed; null when it is something else. */
export function challengeIn(clientDataJson: string): Buffer | null {
  try {
    const parsed: unknown = JSON.parse(isoBase64URL.toUTF8String(clientDataJson));
    const { challenge } = z.object({ challenge: z.string().max(128) }).parse(parsed);
    return Buffer.from(challenge, 'base64url');
  } catch {
    return null;
  }
}

/** A P-256 key in COSE (RFC 9052), as WebAuthn has it: EC2, ES256, P-256, x, y. */
export const toCose = ({ x, y }: DeviceKey): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
    ...hexToBytes(x),
    ...[0x22, 0x58, 0x20],
    ...hexToBytes(y),
  ]);
