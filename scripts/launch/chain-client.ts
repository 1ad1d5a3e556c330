import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type PublicClient,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CommandFailure } from '../shared/failure.ts';

const POLLING_MS = 100;
const RECEIPT_WITHIN_MS = 180_000;
/** More than any call of the set-up needs, so that calls which depend on each other can be sent together. */
const GAS_PER_CALL = 1_000_000n;

export interface Call {
  readonly to: Address;
  readonly data?: Hex;
  readonly value?: bigint;
}

export interface ChainClient {
  readonly url: string;
  readonly chainId: number;
  readonly reader: PublicClient;
  /** Sends calls of one key in their order and waits for all. @throws CommandFailure when the chain reverts one. */
  sendAll(key: Hex, calls: readonly Call[]): Promise<TransactionReceipt[]>;
}

/** Opens the chain that is to be set up. @throws CommandFailure when nothing answers at `url`. */
export async function openChainClient(url: string): Promise<ChainClient> {
  const transport = http(url, { timeout: 30_000 });
  const chainId = await createPublicClient({ transport })
    .getChainId()
    .catch(() => {
      throw new CommandFailure(`No chain answers at ${url}: check RPC_URL.`);
    });
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency,
    rpcUrls: { default: { http: [url] } },
  });
  const reader = createPublicClient({ chain, transport, pollingInterval: POLLING_MS, cacheTime: 0 });

  async function sendAll(key: Hex, calls: readonly Call[]): Promise<TransactionReceipt[]> {
    const account = privateKeyToAccount(key);
    const wallet = createWalletClient({ chain, transport, account });
    const firstNonce = await reader.getTransactionCount({ address: account.address, blockTag: 'pending' });
    const hashes: Hex[] = [];
    for (const [index, call] of calls.entries())
      hashes.push(await wallet.sendTransaction({ ...call, nonce: firstNonce + index, gas: GAS_PER_CALL }));
    const receipts = await Promise.all(
      hashes.map((hash) => reader.waitForTransactionReceipt({ hash, timeout: RECEIPT_WITHIN_MS })),
    );
    const reverted = receipts.find(({ status }) => status !== 'success');
    if (reverted)
      throw new CommandFailure(`The chain reverted ${reverted.transactionHash}: nothing after it was done.`);
    return receipts;
  }
  return { url, chainId, reader, sendAll };
}
