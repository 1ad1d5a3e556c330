import { refusal } from './refusal.ts';

/** Refusals that turn on who asks. */
export const IDENTITY_REFUSALS = {
  KEY_MISSING: refusal(
    401,
    'never',
    'An API key is needed',
    'Send "authorization: Bearer tsk_…" with a key of your brand.',
  ),
  KEY_INVALID: refusal(
    401,
    'never',
    'The API key is not valid',
    'Check the key for missing characters, or make a new one.',
  ),
  KEY_SCOPE_MISSING: refusal(
    403,
    'never',
    'The API key may not do this',
    'Use a key that has the scope named in "details".',
  ),
  SESSION_MISSING: refusal(
    401,
    'never',
    'A session is needed',
    'Sign in, and send "authorization: Bearer …".',
  ),
  SESSION_INVALID: refusal(401, 'never', 'The session has ended', 'Sign in again.'),
  SESSION_FOREIGN: refusal(
    403,
    'never',
    'The session is of another account',
    'Ask for your own account, or sign in as the other.',
  ),
  SIGN_IN_SIGNATURE_INVALID: refusal(
    401,
    'never',
    'The signature is not of this account',
    'Sign the SignIn message with the key of the account, for this network.',
  ),
  SIGN_IN_ORIGIN_FOREIGN: refusal(
    403,
    'never',
    'The sign-in is for another site',
    'Sign with the origin of the page that you are on.',
  ),
  SIGN_IN_STALE: refusal(
    401,
    'never',
    'The sign-in is too old or not yet valid',
    'Check the clock of the device and sign again with the present time.',
  ),
  SIGN_IN_USED: refusal(
    409,
    'never',
    'The signature has already opened a session',
    'Sign again with the present time.',
  ),
} as const;
