import { refusal } from './refusal.ts';

/** Refusals about claim links. */
export const CLAIM_REFUSALS = {
  CLAIM_UNKNOWN: refusal(
    404,
    'never',
    'There is no such claim link',
    'Open the link exactly as the shop gave it; a till checks the id of the purchase.',
  ),
  CLAIM_TAKEN: refusal(
    409,
    'never',
    'The claim link has been used',
    'Its points are at the account that opened it first; a till takes them back by a return.',
  ),
  CLAIM_EXPIRED: refusal(
    410,
    'never',
    'The claim link has expired',
    'Its points are lost; ask the shop whether it grants them once more.',
  ),
} as const;
