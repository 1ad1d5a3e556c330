import { type Client, createClient, defineChain, http } from 'viem';
import type { Network } from '../api/shapes.ts';

export type ChainClient = Client;

/** Answers of a node that hangs are not waited for. */
const TIMEOUT_MS = 8_000;

/** A client of one RPC endpoint; several reads in one tick travel as one request. Throws nothing until it is used. */
export function chainClient(rpcUrl: string): ChainClient {
  return createClient({ transport: http(rpcUrl, { batch: true, timeout: TIMEOUT_MS, retryCount: 1 }) });
}

/** The coalition's chain as wallets want it described. */
export function chainOf({ chainId, name, rpcUrl }: Pick<Network, 'chainId' | 'name' | 'rpcUrl'>) {
  return defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}
