import { refusal } from './refusal.ts';

/** Refusals of acts, vouchers and payments. */
export const ACT_REFUSALS = {
  ACT_UNKNOWN: refusal(404, 'never', 'There is no such act', 'Check the id that POST /v1/acts answered.'),
  ACT_EXPIRED: refusal(
    422,
    'never',
    'The deadline of the act has passed',
    'Ask for a new quote and sign that.',
  ),
  ACT_DEADLINE_TOO_FAR: refusal(
    422,
    'never',
    'The deadline of the act is too far away',
    'Sign with the deadline that the quote names.',
  ),
  ACT_SIGNATURE_INVALID: refusal(
    422,
    'never',
    'The signature is not the member’s for this act',
    'Sign exactly the quoted act with the key of the account, on this network.',
  ),
  ACT_NONCE_USED: refusal(
    409,
    'never',
    'The nonce of the act is used up',
    'Ask for a new quote and sign that.',
  ),
  ACT_NONCE_TOO_FAR: refusal(
    422,
    'never',
    'The nonce of the act is too far ahead',
    'Use the nonce that the quote names.',
  ),
  ACT_COUNTERPARTY_INVALID: refusal(
    422,
    'never',
    'The act needs another counterparty',
    'Choose another brand than the issuer.',
  ),
  ACT_WORTHLESS: refusal(
    422,
    'never',
    'The points would yield nothing',
    'Spend more points, or choose another brand.',
  ),
  ACT_MINIMUM_NOT_MET: refusal(
    409,
    'never',
    'The act would yield less than was signed',
    'Ask for a new quote and sign that.',
  ),
  ACT_REFUSED: refusal(
    422,
    'never',
    'The coalition contract refuses the act',
    'See the reason in "details", and ask for a new quote.',
  ),
  ACT_NOT_SPONSORED: refusal(
    429,
    'later',
    'The network has paid for enough acts of this account today',
    'Try again tomorrow, or submit the signed act yourself.',
  ),
  POINTS_INSUFFICIENT: refusal(
    422,
    'never',
    'Not enough points',
    'Spend at most what is available; pending points count once they are issued.',
  ),
  RESERVE_INSUFFICIENT: refusal(
    409,
    'later',
    'The brand’s reserve cannot cover this',
    'Spend fewer points, or at the brand itself.',
  ),
  COVERAGE_INSUFFICIENT: refusal(
    409,
    'later',
    'The brand’s reserve does not cover more points',
    'Wait until the brand has deposited more money.',
  ),
  VOUCHER_UNKNOWN: refusal(
    404,
    'never',
    'There is no such voucher',
    'Check the code, and that the key is of the brand that accepted the points.',
  ),
  VOUCHER_USED: refusal(
    409,
    'never',
    'The voucher has been used',
    'Refuse it; "details" says when it was used.',
  ),
  VOUCHER_NOT_READY: refusal(
    409,
    'later',
    'The voucher’s act is not confirmed yet',
    'Try again in a few seconds.',
  ),
  PAYMENT_UNKNOWN: refusal(404, 'never', 'There is no such payment', 'Check the id in the payment’s link.'),
  PAYMENT_ID_REUSED: refusal(
    409,
    'never',
    'The payment id was used for another payment',
    'Give every payment its own id; to repeat a request, send exactly the first body.',
  ),
  PAYMENT_CLOSED: refusal(
    409,
    'never',
    'The payment is paid or has expired',
    'Let the till open a new payment.',
  ),
  PAYMENT_UNDERPAID: refusal(
    409,
    'never',
    'The act is not sure to pay the whole amount',
    'Ask for a quote of this payment, and sign that.',
  ),
} as const;
