import type { Hex } from 'viem';
import { getBlock, getBlockNumber, getChainId, getContractEvents, readContract } from 'viem/actions';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import type { Network } from '../api/shapes.ts';
import { type ChainClient, chainClient } from './client.ts';

/** What the chain says about one charity, in µUSD. */
export interface CharityProof {
  /** Given by members, and added by brands to match it. */
  given: bigint;
  matched: bigint;
  /** Sent to the charity's own account, newest first. */
  payouts: { amount: bigint; at: Date; transaction: Hex }[];
  paid: bigint;
  /** Waits to be sent, as the coalition itself says. */
  payable: bigint;
  /** Whether given and matched together are exactly what was paid and what waits. */
  adds: boolean;
  block: bigint;
}

/** Reads so many blocks at a time, because many nodes answer no more. */
const SPAN = 50_000n;
/** Shown with their moments. */
const NEWEST = 10;

/**
 * Adds up everything that the coalition's own events say about a charity, and compares it with what it owes the charity now.
 * @throws viem's errors when the node does not answer, and TypeError when it is another chain's
 */
export async function proveCharity(charity: number, network: Network): Promise<CharityProof> {
  const client = chainClient(network.rpcUrl);
  const [chainId, block] = await Promise.all([getChainId(client), getBlockNumber(client, { cacheTime: 0 })]);
  if (chainId !== network.chainId) throw new TypeError('the node is of another chain');
  const events = await readEvents(client, { charity, network, to: block });
  const { payable_: payable } = await readContract(client, {
    abi: CoalitionAbi,
    address: network.coalition,
    functionName: 'charityAccount',
    args: [charity],
    blockNumber: block,
  });
  let given = 0n;
  let matched = 0n;
  let paid = 0n;
  for (const { eventName, args } of events) {
    if (eventName === 'Donated') given += args.value ?? 0n;
    else if (eventName === 'DonationMatched') matched += args.value ?? 0n;
    else if (eventName === 'CharityPaid') paid += args.amount ?? 0n;
  }
  const sent = events.filter(({ eventName }) => eventName === 'CharityPaid').slice(-NEWEST);
  const payouts = await Promise.all(
    sent.reverse().map(async ({ args, blockNumber, transactionHash }) => {
      const { timestamp } = await getBlock(client, { blockNumber });
      const amount = 'amount' in args ? (args.amount ?? 0n) : 0n;
      return { amount, at: new Date(Number(timestamp) * 1000), transaction: transactionHash };
    }),
  );
  return { given, matched, payouts, paid, payable, adds: given + matched === paid + payable, block };
}

async function readEvents(
  client: ChainClient,
  { charity, network, to }: { charity: number; network: Network; to: bigint },
) {
  const found = [];
  for (let from = BigInt(network.deployedAtBlock); from <= to; from += SPAN) {
    const upTo = from + SPAN - 1n;
    const where = {
      abi: CoalitionAbi,
      address: network.coalition,
      args: { charity },
      fromBlock: from,
      toBlock: upTo < to ? upTo : to,
      strict: true,
    } as const;
    const [donated, matched, paid] = await Promise.all([
      getContractEvents(client, { ...where, eventName: 'Donated' }),
      getContractEvents(client, { ...where, eventName: 'DonationMatched' }),
      getContractEvents(client, { ...where, eventName: 'CharityPaid' }),
    ]);
    found.push(...donated, ...matched, ...paid);
  }
  return found;
}
