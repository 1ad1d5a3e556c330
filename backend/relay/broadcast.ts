import type { Hex } from 'viem';
import { byTrust } from '../chain/trust.ts';
import type { Deps } from '../shared/deps.ts';
import { noteSent, type Outstanding, readRaw } from './relay.repository.ts';

/** The same bytes are sent again after this long without a block. */
const REBROADCAST_MS = 2_000;
/** Endpoints that get the bytes at once. */
const ENDPOINTS = 2;

/** Sends committed bytes, and the same bytes again. */
export interface Broadcaster {
  send(outstanding: readonly Outstanding[]): Promise<void>;
}

/**
 * One broadcaster a lane. It believes no answer: "already known", "nonce too low", a time-out and silence all mean that the outcome is unknown,
 * which the indexer settles. So answers are only logged, and nothing is decided here.
 */
export function createBroadcaster({
  pool,
  endpoints,
  logger,
}: Pick<Deps, 'pool' | 'endpoints' | 'logger'>): Broadcaster {
  const sent = new Map<Hex, { at: number; times: number }>();
  return {
    async send(outstanding) {
      const wanted = new Set(outstanding.map(({ hash }) => hash));
      for (const hash of sent.keys()) if (!wanted.has(hash)) sent.delete(hash);
      const due = [...wanted].filter((hash) => Date.now() - (sent.get(hash)?.at ?? 0) >= REBROADCAST_MS);
      if (due.length === 0) return;
      const sends = (await readRaw(pool, due)).flatMap(({ hash, raw }) => {
        const times = sent.get(hash)?.times ?? 0;
        sent.set(hash, { at: Date.now(), times: times + 1 });
        return nextPair(endpoints, times).map((endpoint) =>
          endpoint.request({ method: 'eth_sendRawTransaction', params: [raw] }).then(
            () => logger.debug({ hash }, 'transaction sent'),
            (error: Error) =>
              logger.info(
                { hash, answer: error.message.split('\n')[0] },
                'transaction sent, outcome unknown',
              ),
          ),
        );
      });
      await Promise.all(sends);
      await noteSent(pool, due);
    },
  };
}

/** The two most trusted at first; what is still without a block goes to the next two, so that no dead pair keeps it from the others. */
function nextPair(endpoints: Deps['endpoints'], times: number): Deps['endpoints'] {
  const all = byTrust(endpoints);
  const from = all.length > ENDPOINTS ? (times * ENDPOINTS) % all.length : 0;
  return [...all, ...all].slice(from, from + Math.min(ENDPOINTS, all.length));
}
