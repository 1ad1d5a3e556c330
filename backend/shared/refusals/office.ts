import { refusal } from './refusal.ts';

/** Refusals about a brand's keys, people, statements and prepared transactions. */
export const OFFICE_REFUSALS = {
  KEY_BEYOND_OWN: refusal(
    403,
    'never',
    'Nobody can give more than they may do themselves',
    'Ask for fewer permissions, or ask an owner of the brand.',
  ),
  API_KEY_UNKNOWN: refusal(
    404,
    'never',
    'The brand has no such API key',
    'Take an id from GET /v1/keys; a key that is revoked or expired can’t be changed.',
  ),
  KEYS_TOO_MANY: refusal(
    409,
    'never',
    'The brand has as many API keys as it can have',
    'Revoke one that is not needed.',
  ),
  STAFF_UNKNOWN: refusal(
    404,
    'never',
    'The brand has nobody with this account',
    'Take an account from GET /v1/staff.',
  ),
  NOT_STAFF: refusal(
    403,
    'never',
    'Your account works for no such brand',
    'Accept an invitation first, or sign in with the account that did.',
  ),
  STAFF_PERMISSION_MISSING: refusal(
    403,
    'never',
    'Your role does not allow this',
    'Ask an owner of the brand for a role that has the permission named in "details".',
  ),
  BRAND_UNCLEAR: refusal(
    400,
    'never',
    'You work for several brands',
    'Say which one in the header "x-partner", by its number.',
  ),
  STAFF_LAST_OWNER: refusal(409, 'never', 'A brand needs an owner', 'Make somebody else an owner first.'),
  STAFF_TOO_MANY: refusal(
    409,
    'never',
    'The brand has as many people and invitations as it can have',
    'Remove one that is not needed.',
  ),
  STAFF_ALREADY: refusal(
    409,
    'never',
    'You work for this brand already',
    'Ask an owner to change your role.',
  ),
  INVITE_UNKNOWN: refusal(
    404,
    'never',
    'The invitation is not valid',
    'It is used, taken back or expired: ask the brand for a new one.',
  ),
  STATEMENT_UNAVAILABLE: refusal(
    503,
    'later',
    'The brand’s accounts are not known from its beginning',
    'Ask the operator to run "npm run operator -- rebuild-projections" once.',
  ),
  TRANSACTION_UNKNOWN: refusal(
    404,
    'never',
    'There is no such prepared transaction',
    'Take the id from the answer that prepared it, with a key of the same brand.',
  ),
  SLUG_TAKEN: refusal(409, 'never', 'Another brand has this slug', 'Choose another one.'),
  CLAIM_REFUSED: refusal(
    403,
    'never',
    'Your account is not the brand’s admin on the chain',
    'Sign in with the account that the hub names as the brand’s admin.',
  ),
} as const;
