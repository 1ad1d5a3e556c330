import type { Hex } from 'viem';
import { type Address, parseEther } from 'viem';
import { waitFor } from '../embedded/service.ts';
import { CommandFailure } from '../shared/failure.ts';
import type { ChainClient } from './chain-client.ts';

/** Below this an account is given more: enough for days of the demo's transactions. */
const LOCAL_ETHER = { least: parseEther('50'), gift: parseEther('500') };
/** On a real chain the deployer pays, so it is asked for little. */
const REAL_ETHER = { least: parseEther('0.02'), gift: parseEther('0.1') };

async function poorAmong(
  chain: ChainClient,
  accounts: readonly Address[],
  least: bigint,
): Promise<Address[]> {
  const balances = await Promise.all(accounts.map((address) => chain.reader.getBalance({ address })));
  return accounts.filter((_, index) => (balances[index] ?? 0n) < least);
}

/** Gives gas to accounts of the local chain from one that the node itself holds the key of. */
export async function fundLocally(chain: ChainClient, accounts: readonly Address[]): Promise<void> {
  const poor = await poorAmong(chain, accounts, LOCAL_ETHER.least);
  if (poor.length === 0) return;
  const [rich] = (await chain.reader.request({ method: 'eth_accounts' as never })) as unknown as Address[];
  if (!rich)
    throw new CommandFailure(`The chain at ${chain.url} has no account of its own to fund others from.`);
  const value = `0x${LOCAL_ETHER.gift.toString(16)}`;
  for (const to of poor)
    await chain.reader.request({
      method: 'eth_sendTransaction',
      params: [{ from: rich, to, value }],
    } as never);
  await waitFor('The funding of accounts', async () =>
    (await poorAmong(chain, poor, LOCAL_ETHER.least)).length === 0 ? true : undefined,
  );
}

/** Gives gas to accounts of somebody's own chain, from the deployer. @throws CommandFailure when the deployer can't afford it. */
export async function fundFromDeployer(
  chain: ChainClient,
  deployer: Hex,
  accounts: readonly Address[],
): Promise<void> {
  const poor = await poorAmong(chain, accounts, REAL_ETHER.least);
  if (poor.length > 0)
    await chain.sendAll(
      deployer,
      poor.map((to) => ({ to, value: REAL_ETHER.gift })),
    );
}
