import { z } from 'zod';
import { isHexBytes } from '../protocol/bytes.ts';
import { accountField } from '../shared/requests.ts';

/** How long a session lasts, however much it is used. */
export const SESSION_SECONDS = 12 * 60 * 60;
/** How long a session lasts without being used. */
export const SESSION_IDLE_SECONDS = 2 * 60 * 60;
/** How long after its sign-in a session may do what can't be undone. */
export const SESSION_FRESH_SECONDS = 5 * 60;
/** How far the signed time may be from ours, either way. */
export const SIGN_IN_WINDOW_SECONDS = 5 * 60;
/** An account's live sessions; one more ends the one that was unused for longest. */
export const SESSIONS_LIMIT = 50;

/** By what a session is opened: the account's own kind of key, or an added one; `wallet` is a message by ERC-4361. */
export const SIGN_IN_METHODS = ['eoa', 'device', 'passkey', 'contract', 'wallet'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** The longest signature that a key can make, in bytes: a passkey's assertion, or what a contract account is to check. */
const MAX_SIGNATURE_BYTES = 2_048;

/** A signature of an account or of a key that was added to it, as the contracts take it. */
export const signatureField = z
  .string()
  .meta({ pattern: `^0x([0-9a-fA-F]{2}){64,${MAX_SIGNATURE_BYTES}}$` })
  .transform((value, context) => {
    const size = (value.length - 2) / 2;
    if (isHexBytes(value) && size >= 64 && size <= MAX_SIGNATURE_BYTES) return value;
    context.addIssue({
      code: 'custom',
      message: 'Send 0x and the signature in hex: 64 or 65 bytes of an EOA, 128 of a device key.',
    });
    return z.NEVER;
  });

/** The body of POST /sessions: a signed SignIn. */
export const signInSchema = z.strictObject({
  account: accountField,
  origin: z.string().max(300).describe('The site that the member signs in on.'),
  issuedAt: z
    .int('Send Unix seconds.')
    .min(0)
    .max(2 ** 48 - 1),
  signature: signatureField,
});

/** An answer with a session's token, which is nowhere else. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: string;
}
