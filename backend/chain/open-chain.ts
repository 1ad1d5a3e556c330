import { createPublicClient, defineChain, fallback, http, type PublicClient } from 'viem';

/** The most requests that one HTTP call carries. */
const BATCH_REQUESTS = 100;
/** A block of many mints has logs of several megabytes. */
const MAX_RESPONSE_BYTES = 128 * 2 ** 20;
const DEFAULT_TIMEOUT_MS = 5_000;

/** A way to the chain: `chain` asks whichever endpoint answers, `endpoints` are the same one by one, the preferred one first. */
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
  const client = (transport: (typeof transports)[number] | ReturnType<typeof fallback>): PublicClient =>
    createPublicClient({ chain, transport, cacheTime: 0 });
  return {
    chain: client(fallback(transports, { retryCount: 1 })),
    endpoints: transports.map(client),
  };
}
