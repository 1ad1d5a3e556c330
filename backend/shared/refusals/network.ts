import { refusal } from './refusal.ts';

/** Refusals that are the network’s own. */
export const NETWORK_REFUSALS = {
  CHAIN_UNAVAILABLE: refusal(
    503,
    'same-key',
    'The chain does not answer',
    'Send the same request again in a few seconds; nothing is lost.',
  ),
  CHAIN_DISAGREES: refusal(
    503,
    'later',
    'The chain’s endpoints say different things',
    'Nothing is guessed: it goes on by itself once enough of them agree. Compare the endpoints of RPC_URL.',
  ),
  DATABASE_UNAVAILABLE: refusal(
    503,
    'same-key',
    'The database does not answer',
    'Send the same request again in a few seconds; a repeat is never counted twice.',
  ),
  NOT_READY: refusal(503, 'later', 'The network is not ready', 'Try again in a few seconds.'),
  STOPPING: refusal(
    503,
    'same-key',
    'The server is stopping',
    'Send the same request again; another one answers.',
  ),
  INTERNAL: refusal(
    500,
    'same-key',
    'Something went wrong on our side',
    'Send the same request again; if it stays, tell the operator the request id.',
  ),
} as const;
