import { z } from 'zod';
import { isHexBytes } from '../protocol/bytes.ts';
import { accountField } from '../shared/requests.ts';

/** How long a session lasts. */
export const SESSION_SECONDS = 12 * 60 * 60;
/** How far the signed time may be from ours, either way. */
export const SIGN_IN_WINDOW_SECONDS = 5 * 60;

/** The longest signature of an account: x, y, r, s of a device key. */
const MAX_SIGNATURE_BYTES = 128;

/** An account's signature in a request: 64 or 65 bytes of an EOA, 128 of a device key. */
export const signatureField = z
  .string()
  .meta({ pattern: '^0x([0-9a-fA-F]{128}|[0-9a-fA-F]{130}|[0-9a-fA-F]{256})$' })
  .transform((value, context) => {
    const size = (value.length - 2) / 2;
    if (isHexBytes(value) && (size === 64 || size === 65 || size === MAX_SIGNATURE_BYTES)) return value;
    context.addIssue({
      code: 'custom',
      message: 'Send a signature of 65, 64 or 128 bytes as 0x and hex digits.',
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
