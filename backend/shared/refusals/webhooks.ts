import { refusal } from './refusal.ts';

/** Refusals about webhooks. */
export const WEBHOOK_REFUSALS = {
  WEBHOOK_UNKNOWN: refusal(
    404,
    'never',
    'The brand has no such webhook',
    'Check the id, and that the key is of the brand that made it.',
  ),
  DELIVERY_UNKNOWN: refusal(
    404,
    'never',
    'The webhook has no such delivery',
    'Check the id; deliveries are kept for 30 days.',
  ),
  WEBHOOK_URL_FORBIDDEN: refusal(
    422,
    'never',
    'Webhooks can’t be sent there',
    'Give an https URL of a public host, without a password and without a fragment.',
  ),
  WEBHOOKS_TOO_MANY: refusal(
    409,
    'never',
    'The brand has as many webhooks as it can have',
    'Delete one that is not needed.',
  ),
  WEBHOOK_PAUSED: refusal(
    409,
    'never',
    'The webhook is paused',
    'Set its status to "active" first; what happened meanwhile is then sent.',
  ),
  SECRETS_KEY_MISSING: refusal(
    503,
    'later',
    'The network keeps no secrets yet',
    'Ask the operator to set SECRETS_KEYS.',
  ),
  SECRET_UNREADABLE: refusal(
    500,
    'never',
    'A kept secret can’t be read',
    'Rotate the secret; the operator lost the key that it was kept under.',
  ),
} as const;
