import { refusal } from './refusal.ts';

/** Refusals of a request as such. */
export const REQUEST_REFUSALS = {
  BODY_MALFORMED: refusal(400, 'never', 'The body is not JSON', 'Send one JSON object in UTF-8.'),
  BODY_TOO_LARGE: refusal(413, 'never', 'The body is too large', 'Send at most 64 kB.'),
  BODY_TYPE_UNSUPPORTED: refusal(
    415,
    'never',
    'The body has an unsupported type',
    'Send the type that the route takes ("application/json" but for streams) in UTF-8, uncompressed or as gzip, deflate or br.',
  ),
  REQUEST_INVALID: refusal(400, 'never', 'The request is invalid', 'Correct the fields named in "errors".'),
  ROUTE_UNKNOWN: refusal(404, 'never', 'There is nothing here', 'Check the path; the API is under /v1.'),
  METHOD_UNSUPPORTED: refusal(
    405,
    'never',
    'The method is not supported here',
    'Use a method of the "Allow" header.',
  ),
  RATE_LIMITED: refusal(429, 'later', 'Too many requests', 'Wait as long as "Retry-After" says, then go on.'),
  STREAMS_TOO_MANY: refusal(
    429,
    'later',
    'Too many streams are open',
    'Close streams that nobody reads, or try again after "Retry-After" seconds.',
  ),
  OVERLOADED: refusal(
    429,
    'same-key',
    'The network is taking more than it can write',
    'Send the same request again after "Retry-After" seconds.',
  ),
} as const;
