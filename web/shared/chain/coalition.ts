import type { Hex } from 'viem';
import { type AccountWord, decodeWord } from '../../../backend/protocol/account-word.ts';
import { isQuartersPerEpoch, type QuartersPerEpoch } from '../../../backend/protocol/epochs.ts';
import { decodeValues, type ValuesWord } from '../../../backend/protocol/values-word.ts';
import { type BlockHead, readHead } from './head.ts';
import { type Rpc, RpcProblem } from './rpc.ts';
import { HUB, TOKEN } from './selectors.ts';
import { addressOf, argument, stringOf, wordAt, wordsOf } from './words.ts';

/** One brand as the chain has it at one block; money in µUSD, points whole. */
export interface PartnerFigures extends TokenTerms {
  partner: number;
  token: Hex;
  admin: Hex;
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
  /** What its expired points freed, as recorded so far. */
  freed: bigint;
  /** Live points by epoch. */
  points: AccountWord;
  /** Point values by epoch. */
  values: ValuesWord;
}

/** The coalition at one block. */
export interface CoalitionFigures {
  chainId: number;
  block: bigint;
  hash: Hex;
  /** The block's own time. */
  at: Date;
  stablecoin: Hex;
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
  /** What the coalition says that is live, owed, and asked for by policies in sum. */
  claimedSupply: bigint;
  claimedLiability: bigint;
  claimedRequired: bigint;
  /** Liability freed by expiry, as recorded so far. */
  freed: bigint;
  feeBps: number;
  halted: boolean;
  /** The second until which nobody can withdraw; in the past most of the time. */
  withdrawalsHaltedUntil: number;
  partners: PartnerFigures[];
}

/** The block that was read is not on the chain any more. Whoever asked reads anew. */
export class ChainReplaced extends Error {
  override readonly name = 'ChainReplaced';
}

/** The node knows the block but not the state at it any more. */
export class StateMissing extends Error {
  override readonly name = 'StateMissing';
}

const SOLVENCY_WORDS = 10;
const REPORT_WORDS = 26;

/**
 * Reads every brand's figures, all at one block, so that sums can be compared; one request to the node where it has been asked before.
 * @throws RpcProblem, ChainReplaced, StateMissing (an old block, and a node without archive)
 */
export async function readCoalition(rpc: Rpc, coalition: Hex, head: BlockHead): Promise<CoalitionFigures> {
  const tag = `0x${head.number.toString(16)}`;
  const call = (to: Hex, data: string) => rpc.ask('eth_call', [{ to, data }, tag]);
  // It never changes, so it needs no archive, and is there before the block is read.
  const stablecoin = await readStablecoin(rpc, coalition);
  const read = async () => {
    const [reports, sums, halted, until, fee, held, again] = await Promise.all([
      call(coalition, HUB.partnerReports),
      call(coalition, HUB.solvency),
      call(coalition, HUB.halted),
      call(coalition, HUB.withdrawalsHaltedUntil),
      call(coalition, HUB.feeBps),
      call(stablecoin, TOKEN.balanceOf + argument(coalition)),
      readHead(rpc, head.number),
    ]);
    if (again?.hash !== head.hash) throw new ChainReplaced(`block ${head.number} was replaced`);
    return { reports, sums, halted, until, fee, held };
  };
  const { reports, sums, ...single } = await read().catch((problem: unknown) => {
    throw isStateMissing(problem) ? new StateMissing(`no state at block ${head.number}`) : problem;
  });
  const figure = (name: keyof typeof single) => wordAt(wordsOf(single[name], 1), 0);
  const solvency = wordsOf(sums, SOLVENCY_WORDS);
  const sum = (at: number) => wordAt(solvency, at);
  return {
    chainId: head.chainId,
    block: head.number,
    hash: head.hash,
    at: head.at,
    stablecoin,
    held: figure('held'),
    claimedHeld: sum(0),
    reserves: sum(1),
    matchBudgets: sum(2),
    charitiesPayable: sum(3),
    treasury: sum(4),
    membersFund: sum(5),
    claimedSupply: sum(6),
    claimedLiability: sum(7),
    claimedRequired: sum(8),
    freed: sum(9),
    halted: figure('halted') === 1n,
    withdrawalsHaltedUntil: Number(figure('until')),
    feeBps: Number(figure('fee')),
    partners: await readPartners(rpc, reports),
  };
}

/** Nodes without an archive say so in many words, and by two codes of EIP-1474 (geth's −32000 is the rest of the words'). */
function isStateMissing(problem: unknown): boolean {
  return (
    problem instanceof RpcProblem &&
    problem.failure === 'refused' &&
    /missing trie|archive|state .*(not|un)\s?available|historical|pruned|header not found|state is not|too old|distance to target|not found: state/i.test(
      problem.message,
    )
  );
}

async function readPartners(rpc: Rpc, answer: unknown): Promise<PartnerFigures[]> {
  // An array of structs without a dynamic part: its place, its length, and then word after word.
  const words = wordsOf(answer, 2);
  const count = Number(wordAt(words, 1));
  if (words.length !== 2 + count * REPORT_WORDS)
    throw new RpcProblem('unreadable', 'the brands’ reports have another shape');
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const word = (at: number) => wordAt(words, 2 + index * REPORT_WORDS + at);
      const token = addressOf(word(1));
      return {
        ...(await readTerms(rpc, token)),
        partner: Number(word(0)),
        token,
        admin: addressOf(word(2)),
        halted: word(4) === 1n,
        leaving: word(5) === 1n,
        coverageBps: Number(word(6)),
        lastBatch: Number(word(7)),
        supply: word(8),
        liability: word(9),
        required: word(10),
        reserve: word(11),
        points: decodeWord(word(12)),
        values: decodeValues(word(13)),
        matchBudget: word(15),
        freed: word(23),
      };
    }),
  );
}

/** What never changes is asked once per connection; what failed is asked again. */
function once<T>(read: (rpc: Rpc, address: Hex) => Promise<T>): (rpc: Rpc, address: Hex) => Promise<T> {
  const known = new WeakMap<Rpc, Map<Hex, Promise<T>>>();
  return (rpc, address) => {
    const answers = known.get(rpc) ?? new Map<Hex, Promise<T>>();
    known.set(rpc, answers);
    const answer = answers.get(address) ?? read(rpc, address);
    answers.set(address, answer);
    answer.catch(() => answers.delete(address));
    return answer;
  };
}

const readStablecoin = once(async (rpc, to) =>
  addressOf(wordAt(wordsOf(await rpc.ask('eth_call', [{ to, data: HUB.stablecoin }, 'latest']), 1), 0)),
);

/** What a token was created with. */
interface TokenTerms {
  name: string;
  symbol: string;
  quartersPerEpoch: QuartersPerEpoch;
  validity: number;
}

const readTerms = once(async (rpc, to): Promise<TokenTerms> => {
  const call = (data: string) => rpc.ask('eth_call', [{ to, data }, 'latest']);
  const [name, symbol, quarters, validity] = await Promise.all([
    call(TOKEN.name),
    call(TOKEN.symbol),
    call(TOKEN.quartersPerEpoch),
    call(TOKEN.validityDuration),
  ]);
  const quartersPerEpoch = Number(wordAt(wordsOf(quarters, 1), 0));
  if (!isQuartersPerEpoch(quartersPerEpoch))
    throw new RpcProblem('unreadable', `${to} has epochs of ${quartersPerEpoch} quarters`);
  return {
    name: stringOf(name),
    symbol: stringOf(symbol),
    quartersPerEpoch,
    validity: Number(wordAt(wordsOf(validity, 1), 0)),
  };
});
