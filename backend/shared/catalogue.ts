/**
 * Every way in which this network says no: one entry per code, with the HTTP status, whether trying again can help, and what to do about it.
 * `retry`: `never` with the same input; `same-key` means that the outcome is unknown or will change, and the same request with the same id
 * is safe and right; `later` means that nothing was done and time may cure it.
 */
export interface CatalogueEntry {
  readonly status: number;
  readonly retry: 'never' | 'same-key' | 'later';
  readonly title: string;
  readonly remedy: string;
}

const entry = (
  status: number,
  retry: CatalogueEntry['retry'],
  title: string,
  remedy: string,
): CatalogueEntry => ({ status, retry, title, remedy });

export const CATALOGUE = {
  // The request itself
  BODY_MALFORMED: entry(400, 'never', 'The body is not JSON', 'Send one JSON object in UTF-8.'),
  BODY_TOO_LARGE: entry(413, 'never', 'The body is too large', 'Send at most 64 kB.'),
  BODY_TYPE_UNSUPPORTED: entry(
    415,
    'never',
    'The body has an unsupported type',
    'Send "content-type: application/json" in UTF-8, uncompressed or as gzip, deflate or br.',
  ),
  REQUEST_INVALID: entry(400, 'never', 'The request is invalid', 'Correct the fields named in "errors".'),
  ROUTE_UNKNOWN: entry(404, 'never', 'There is nothing here', 'Check the path; the API is under /v1.'),
  METHOD_UNSUPPORTED: entry(
    405,
    'never',
    'The method is not supported here',
    'Use a method of the "Allow" header.',
  ),
  RATE_LIMITED: entry(429, 'later', 'Too many requests', 'Wait as long as "Retry-After" says, then go on.'),
  OVERLOADED: entry(
    429,
    'same-key',
    'The network is taking more than it can write',
    'Send the same request again after "Retry-After" seconds.',
  ),

  // Who asks
  KEY_MISSING: entry(
    401,
    'never',
    'An API key is needed',
    'Send "authorization: Bearer tsk_…" with a key of your brand.',
  ),
  KEY_INVALID: entry(
    401,
    'never',
    'The API key is not valid',
    'Check the key for missing characters, or make a new one.',
  ),
  KEY_SCOPE_MISSING: entry(
    403,
    'never',
    'The API key may not do this',
    'Use a key that has the scope named in "details".',
  ),
  SESSION_MISSING: entry(401, 'never', 'A session is needed', 'Sign in, and send "authorization: Bearer …".'),
  SESSION_INVALID: entry(401, 'never', 'The session has ended', 'Sign in again.'),
  SESSION_FOREIGN: entry(
    403,
    'never',
    'The session is of another account',
    'Ask for your own account, or sign in as the other.',
  ),
  SIGN_IN_SIGNATURE_INVALID: entry(
    401,
    'never',
    'The signature is not of this account',
    'Sign the SignIn message with the key of the account, for this network.',
  ),
  SIGN_IN_ORIGIN_FOREIGN: entry(
    403,
    'never',
    'The sign-in is for another site',
    'Sign with the origin of the page that you are on.',
  ),
  SIGN_IN_STALE: entry(
    401,
    'never',
    'The sign-in is too old or not yet valid',
    'Check the clock of the device and sign again with the present time.',
  ),
  SIGN_IN_USED: entry(
    409,
    'never',
    'The signature has already opened a session',
    'Sign again with the present time.',
  ),

  // Members, partners, charities
  MEMBER_UNKNOWN: entry(
    404,
    'never',
    'No member is known by this',
    'Check the code or account; a member joins with POST /v1/members.',
  ),
  ACCOUNT_INVALID: entry(
    400,
    'never',
    'The account cannot hold points',
    'Send the address of an account that someone has the key of.',
  ),
  PARTNER_UNKNOWN: entry(404, 'never', 'There is no such partner', 'Take a number from GET /v1/partners.'),
  CHARITY_UNKNOWN: entry(404, 'never', 'There is no such charity', 'Take a number from GET /v1/charities.'),
  PROGRAMME_MISSING: entry(
    409,
    'later',
    'The brand has no earning rule yet',
    'Ask the operator to set the earning rule of the brand.',
  ),
  PARTNER_HALTED: entry(
    409,
    'later',
    'The brand is halted',
    'Wait until the coalition resumes it, or choose another brand.',
  ),
  COALITION_HALTED: entry(
    409,
    'later',
    'The coalition is halted',
    'Wait until the coalition resumes; points are safe meanwhile.',
  ),

  // Purchases and receipts
  PURCHASE_ID_REUSED: entry(
    409,
    'never',
    'The purchase id was used for another purchase',
    'Give every purchase its own id; to repeat a request, send exactly the first body.',
  ),
  PURCHASE_UNKNOWN: entry(
    404,
    'never',
    'The brand has no such purchase',
    'Check the id, and that the key is of the brand that recorded it.',
  ),
  CURRENCY_UNSUPPORTED: entry(
    422,
    'never',
    'The brand does not earn in this currency',
    'Report the amount in the currency of the earning rule.',
  ),
  POINTS_TOO_MANY: entry(
    422,
    'never',
    'The purchase would earn more points than can exist',
    'Check the amount; it is in minor units (cents).',
  ),
  RECEIPT_UNKNOWN: entry(404, 'never', 'There is no such receipt', 'Check the receipt id.'),

  // Acts, vouchers and payments
  ACT_UNKNOWN: entry(404, 'never', 'There is no such act', 'Check the id that POST /v1/acts answered.'),
  ACT_EXPIRED: entry(
    422,
    'never',
    'The deadline of the act has passed',
    'Ask for a new quote and sign that.',
  ),
  ACT_DEADLINE_TOO_FAR: entry(
    422,
    'never',
    'The deadline of the act is too far away',
    'Sign with the deadline that the quote names.',
  ),
  ACT_SIGNATURE_INVALID: entry(
    422,
    'never',
    'The signature is not the member’s for this act',
    'Sign exactly the quoted act with the key of the account, on this network.',
  ),
  ACT_NONCE_USED: entry(
    409,
    'never',
    'The nonce of the act is used up',
    'Ask for a new quote and sign that.',
  ),
  ACT_NONCE_TOO_FAR: entry(
    422,
    'never',
    'The nonce of the act is too far ahead',
    'Use the nonce that the quote names.',
  ),
  ACT_COUNTERPARTY_INVALID: entry(
    422,
    'never',
    'The act needs another counterparty',
    'Choose another brand than the issuer.',
  ),
  ACT_WORTHLESS: entry(
    422,
    'never',
    'The points would yield nothing',
    'Spend more points, or choose another brand.',
  ),
  ACT_MINIMUM_NOT_MET: entry(
    409,
    'never',
    'The act would yield less than was signed',
    'Ask for a new quote and sign that.',
  ),
  ACT_REFUSED: entry(
    422,
    'never',
    'The coalition contract refuses the act',
    'See the reason in "details", and ask for a new quote.',
  ),
  ACT_NOT_SPONSORED: entry(
    429,
    'later',
    'The network has paid for enough acts of this account today',
    'Try again tomorrow, or submit the signed act yourself.',
  ),
  POINTS_INSUFFICIENT: entry(
    422,
    'never',
    'Not enough points',
    'Spend at most what is available; pending points count once they are issued.',
  ),
  RESERVE_INSUFFICIENT: entry(
    409,
    'later',
    'The brand’s reserve cannot cover this',
    'Spend fewer points, or at the brand itself.',
  ),
  COVERAGE_INSUFFICIENT: entry(
    409,
    'later',
    'The brand’s reserve does not cover more points',
    'Wait until the brand has deposited more money.',
  ),
  VOUCHER_UNKNOWN: entry(
    404,
    'never',
    'There is no such voucher',
    'Check the code, and that the key is of the brand that accepted the points.',
  ),
  VOUCHER_USED: entry(
    409,
    'never',
    'The voucher has been used',
    'Refuse it; "details" says when it was used.',
  ),
  VOUCHER_NOT_READY: entry(
    409,
    'later',
    'The voucher’s act is not confirmed yet',
    'Try again in a few seconds.',
  ),
  PAYMENT_UNKNOWN: entry(404, 'never', 'There is no such payment', 'Check the id in the payment’s link.'),
  PAYMENT_ID_REUSED: entry(
    409,
    'never',
    'The payment id was used for another payment',
    'Give every payment its own id; to repeat a request, send exactly the first body.',
  ),
  PAYMENT_CLOSED: entry(
    409,
    'never',
    'The payment is paid or has expired',
    'Let the till open a new payment.',
  ),
  PAYMENT_UNDERPAID: entry(
    409,
    'never',
    'The act is not sure to pay the whole amount',
    'Ask for a quote of this payment, and sign that.',
  ),

  // What the engine waits for, or gave up
  RESERVE_TOO_LOW: entry(
    409,
    'later',
    'The brand’s reserve does not cover these points yet',
    'Nothing is lost: they are issued by themselves once the brand has deposited more money.',
  ),
  BATCH_REFUSED: entry(
    409,
    'later',
    'The coalition contract refuses the batch',
    'It is tried again by itself; see "details" for what the contract said.',
  ),
  BATCH_NUMBER_TAKEN: entry(
    409,
    'never',
    'The chain has another batch under this number',
    'Compare the database with the chain (npm run audit) before anything else is issued for the brand.',
  ),
  TRANSACTION_REVERTED: entry(
    409,
    'never',
    'The transaction was refused by the chain',
    'Ask for a new quote and sign that; nothing of it happened.',
  ),
  TRANSACTION_NONCE_TAKEN: entry(
    409,
    'same-key',
    'A transaction from elsewhere took the nonce',
    'What it carried is sent again by itself; use the signer in this network only.',
  ),
  CHAIN_FOREIGN: entry(
    500,
    'never',
    'This is another chain than the database knows',
    'Set RPC_URL, CHAIN_ID and COALITION to the network of this database, or use a new database.',
  ),

  // The network itself
  CHAIN_UNAVAILABLE: entry(
    503,
    'same-key',
    'The chain does not answer',
    'Send the same request again in a few seconds; nothing is lost.',
  ),
  DATABASE_UNAVAILABLE: entry(
    503,
    'same-key',
    'The database does not answer',
    'Send the same request again in a few seconds; a repeat is never counted twice.',
  ),
  NOT_READY: entry(503, 'later', 'The network is not ready', 'Try again in a few seconds.'),
  STOPPING: entry(
    503,
    'same-key',
    'The server is stopping',
    'Send the same request again; another one answers.',
  ),
  INTERNAL: entry(
    500,
    'same-key',
    'Something went wrong on our side',
    'Send the same request again; if it stays, tell the operator the request id.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

/** The stable name of a refusal, the same from the chain's error to the screen. */
export type ErrorCode = keyof typeof CATALOGUE;
