import {
  createPublicClient,
  custom,
  defineChain,
  fallback,
  http,
  type PublicClient,
  type Transport,
} from 'viem';
import { byTrust } from './trust.ts';

/** The most requests that one HTTP call carries. */
const BATCH_REQUESTS = 100;
/** A block of many mints has logs of several megabytes. */
const MAX_RESPONSE_BYTES = 128 * 2 ** 20;
const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * A way to the chain: `chain` asks whichever endpoint answers, those that lag or lie last (trust.ts); `endpoints` are the same one by one, the
 * preferred one first.
 */
export interface ChainClients {
  readonly chain: PublicClient;
  readonly endpoints: readonly PublicClient[];
}

/**
 * Opens a chain by its JSON-RPC endpoints. Requests made in one turn of the event loop travel as one JSON-RPC batch. An endpoint that
 * answers nothing within `timeoutMs`, or nonsense, is passed over for the next one; a revert is an answer. Nothing is cached.
 */
export function openChain({
  rpcUrls,
  chainId,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: {
  rpcUrls: readonly string[];
  chainId: number;
  timeoutMs?: number;
}): ChainClients {
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [...rpcUrls] } },
  });
  const transports = rpcUrls.map((url) =>
    http(url, {
      batch: { batchSize: BATCH_REQUESTS },
      timeout: timeoutMs,
      retryCount: 0,
      maxResponseBodySize: MAX_RESPONSE_BYTES,
    }),
  );
  const client = (transport: Transport): PublicClient =>
    createPublicClient({ chain, transport, cacheTime: 0 });
  const endpoints = transports.map(client);
  const inTurn = transports.map((_, turn) =>
    custom({ request: (args) => byTrust(endpoints)[turn]?.request(args) ?? noEndpoint() }, { retryCount: 0 }),
  );
  return {
    chain: client(fallback(inTurn, { retryCount: 1 })),
    endpoints,
  };
}

const noEndpoint = () => Promise.reject(new RangeError('There are fewer endpoints than turns'));
