import { refusal } from './refusal.ts';

/** Refusals of sign-in by challenge, of sessions, of key changes and of what members decide about their data. */
export const MEMBER_REFUSALS = {
  SIGN_IN_CHALLENGE_INVALID: refusal(
    401,
    'never',
    'The challenge is unknown, used or too old',
    'Ask for a new one, and sign that once within five minutes.',
  ),
  SIGN_IN_KEY_POWERLESS: refusal(
    403,
    'never',
    'The key has no power over the account',
    'Add it to the account by a signed key change, or sign in with another key.',
  ),
  SIWE_MESSAGE_INVALID: refusal(
    422,
    'never',
    'The message is not one that signs in here',
    'Sign a message by ERC-4361 for this site and chain with the nonce that was given.',
  ),
  PASSKEY_INVALID: refusal(
    422,
    'never',
    'The passkey cannot be taken',
    'Make a passkey with ES256 by the options that were given, with the user verified.',
  ),
  PASSKEY_KNOWN: refusal(
    409,
    'never',
    'The passkey is known already',
    'Sign in with it, or make another one.',
  ),
  PASSKEY_UNKNOWN: refusal(
    401,
    'never',
    'The passkey is not known here',
    'Register it first, or use another one.',
  ),
  PASSKEY_ASSERTION_INVALID: refusal(
    401,
    'never',
    'The passkey’s signature does not hold',
    'Ask for a new challenge, and let the passkey sign it on this site with the user verified.',
  ),
  PASSKEY_COUNTER_BEHIND: refusal(
    401,
    'never',
    'The passkey counts fewer signatures than before, so there may be a copy of it',
    'Sign in with another key, and remove this one from the account.',
  ),
  SESSION_UNKNOWN: refusal(
    404,
    'never',
    'There is no such session',
    'Check its id in the list of your sessions.',
  ),
  SESSION_NOT_FRESH: refusal(
    403,
    'never',
    'The session is too old for this',
    'Sign in again, and ask within five minutes.',
  ),
  KEY_CHANGE_UNKNOWN: refusal(
    404,
    'never',
    'There is no such key change',
    'Check the id that was answered when it was handed in.',
  ),
  KEY_CHANGE_DEADLINE_TOO_FAR: refusal(
    422,
    'never',
    'The deadline of the key change is too far away',
    'Sign it with a deadline of at most an hour from now.',
  ),
  KEY_CHANGE_REFUSED: refusal(
    422,
    'never',
    'The contract refuses the key change',
    'See the reason in "details", and sign another one.',
  ),
  KEY_CHANGE_NOT_SPONSORED: refusal(
    429,
    'later',
    'The network has paid for enough key changes today',
    'Try again tomorrow, or submit the signed change yourself.',
  ),
  CONSENT_TEXT_OUTDATED: refusal(
    409,
    'never',
    'The consent is to another text than the present one',
    'Show the member the present text, and ask again.',
  ),
} as const;
