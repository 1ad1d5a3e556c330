import { refusal } from './refusal.ts';

/** Refusals about purchases and receipts. */
export const PURCHASE_REFUSALS = {
  PURCHASE_ID_REUSED: refusal(
    409,
    'never',
    'The purchase id was used for another purchase',
    'Give every purchase its own id; to repeat a request, send exactly the first body.',
  ),
  PURCHASE_UNKNOWN: refusal(
    404,
    'never',
    'The brand has no such purchase',
    'Check the id, and that the key is of the brand that recorded it.',
  ),
  RETURN_ID_REUSED: refusal(
    409,
    'never',
    'The return id was used for another return',
    'Give every return its own id; to repeat a request, send exactly the first body.',
  ),
  RETURN_TOO_MUCH: refusal(
    422,
    'never',
    'More is to be returned than is left',
    'Read the purchase: it shows what was returned before.',
  ),
  RETURN_LINE_UNKNOWN: refusal(
    422,
    'never',
    'The purchase has no such line',
    'Name the lines that the purchase was reported with, or return an amount.',
  ),
  CURRENCY_UNSUPPORTED: refusal(
    422,
    'never',
    'The brand does not earn in this currency',
    'Report the amount in the currency of the earning rule.',
  ),
  POINTS_TOO_MANY: refusal(
    422,
    'never',
    'The purchase would earn more points than can exist',
    'Check the amount; it is in minor units (cents).',
  ),
  RECEIPT_UNKNOWN: refusal(404, 'never', 'There is no such receipt', 'Check the receipt id.'),
} as const;
