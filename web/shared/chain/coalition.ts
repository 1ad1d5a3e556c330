import type { Hex } from 'viem';
import { getBlock, getChainId, readContract } from 'viem/actions';
import { CoalitionViewsAbi, PointsTokenViewsAbi } from '../../../artifacts/views-abi.ts';
import { type AccountWord, decodeWord } from '../../../backend/protocol/account-word.ts';
import { isQuartersPerEpoch, type QuartersPerEpoch } from '../../../backend/protocol/epochs.ts';
import { decodeValues, type ValuesWord } from '../../../backend/protocol/values-word.ts';
import type { ChainClient } from './client.ts';

/** One brand as the chain has it at one block; money in µUSD, points whole. */
export interface PartnerFigures extends TokenTerms {
  partner: number;
  token: Hex;
  halted: boolean;
  /** Whether it is leaving and gives no more points. */
  leaving: boolean;
  coverageBps: number;
  lastBatch: number;
  supply: bigint;
  liability: bigint;
  required: bigint;
  reserve: bigint;
  /** What it has set aside to match donations. */
  matchBudget: bigint;
  /** Live points by epoch. */
  points: AccountWord;
  /** Point values by epoch. */
  values: ValuesWord;
}

/** The coalition at one block. */
export interface CoalitionFigures {
  chainId: number;
  block: bigint;
  /** The block's own time. */
  at: Date;
  /** Stablecoin held by the coalition, read from the stablecoin itself. */
  held: bigint;
  /** What the coalition says that it holds. */
  claimedHeld: bigint;
  reserves: bigint;
  charitiesPayable: bigint;
  /** What brands have set aside to match donations, the fees, and the members' share of breakage. */
  matchBudgets: bigint;
  treasury: bigint;
  membersFund: bigint;
  halted: boolean;
  partners: PartnerFigures[];
}

/** Reads every brand's figures, all at the newest block, so that sums can be compared. Throws viem's errors. */
export async function readCoalition(client: ChainClient, coalition: Hex): Promise<CoalitionFigures> {
  const block = await getBlock(client);
  const hub = { abi: CoalitionViewsAbi, address: coalition, blockNumber: block.number } as const;
  const [chainId, reports, sums, halted, held] = await Promise.all([
    getChainId(client),
    readContract(client, { ...hub, functionName: 'partnerReports' }),
    readContract(client, { ...hub, functionName: 'solvency' }),
    readContract(client, { ...hub, functionName: 'halted' }),
    readHeld(client, coalition, block.number),
  ]);
  const partners = await Promise.all(
    reports.map(async ({ supplyWord, valuesWord, lastBatch, admin: _, breakage: __, ...figures }) => ({
      ...figures,
      ...(await readTerms(client, figures.token)),
      lastBatch: Number(lastBatch),
      points: decodeWord(supplyWord),
      values: decodeValues(valuesWord),
    })),
  );
  const { held: claimedHeld, reserves, charitiesPayable, matchBudgets, treasury, membersFund } = sums;
  const at = new Date(Number(block.timestamp) * 1000);
  return {
    chainId,
    block: block.number,
    at,
    held,
    claimedHeld,
    reserves,
    charitiesPayable,
    matchBudgets,
    treasury,
    membersFund,
    halted,
    partners,
  };
}

/** Read from the stablecoin, not from the coalition; a points token speaks ERC-20 too, so its ABI serves. */
async function readHeld(client: ChainClient, coalition: Hex, blockNumber: bigint): Promise<bigint> {
  const stablecoin = await readContract(client, {
    abi: CoalitionViewsAbi,
    address: coalition,
    functionName: 'stablecoin',
  });
  return readContract(client, {
    abi: PointsTokenViewsAbi,
    address: stablecoin,
    functionName: 'balanceOf',
    args: [coalition],
    blockNumber,
  });
}

/** What a token was created with; it never changes. */
interface TokenTerms {
  name: string;
  symbol: string;
  quartersPerEpoch: QuartersPerEpoch;
  validity: number;
}

const termsOf = new WeakMap<ChainClient, Map<Hex, Promise<TokenTerms>>>();

/** A token's terms, read once per client. */
function readTerms(client: ChainClient, token: Hex): Promise<TokenTerms> {
  const known = termsOf.get(client) ?? new Map<Hex, Promise<TokenTerms>>();
  termsOf.set(client, known);
  const cached = known.get(token);
  if (cached) return cached;
  const reading = fetchTerms(client, token);
  known.set(token, reading);
  reading.catch(() => known.delete(token));
  return reading;
}

async function fetchTerms(client: ChainClient, address: Hex): Promise<TokenTerms> {
  const token = { abi: PointsTokenViewsAbi, address } as const;
  const [name, symbol, quarters, validity] = await Promise.all([
    readContract(client, { ...token, functionName: 'name' }),
    readContract(client, { ...token, functionName: 'symbol' }),
    readContract(client, { ...token, functionName: 'quartersPerEpoch' }),
    readContract(client, { ...token, functionName: 'validityDuration' }),
  ]);
  const quartersPerEpoch = Number(quarters);
  if (!isQuartersPerEpoch(quartersPerEpoch))
    throw new RangeError(`${address} has epochs of ${quarters} quarters`);
  return { name, symbol, quartersPerEpoch, validity: Number(validity) };
}
