/** The books that the audit keeps while it replays events: what storage must hold if every event is true. Money is µUSD. */
import type { Address, Hex } from 'viem';
import {
  type AccountWord,
  decodeWord,
  type EpochClock,
  encodeWord,
  rollWord,
  type Spend,
} from '../protocol/account-word.ts';
import { epochAt, type QuartersPerEpoch } from '../protocol/epochs.ts';
import { rollSupply, type SupplyWord } from '../protocol/supply-word.ts';
import { rollValues, type ValuesWord, valueOfBuckets } from '../protocol/values-word.ts';
import type { MintAllowance } from './mint-allowance.ts';
import type { MemberBook } from './replay-keys.ts';

/** A burn or a move that no act has explained yet. */
export interface Burn {
  readonly member: Address;
  readonly points: bigint;
  readonly taken: Spend['taken'];
}

/** What happened in the present transaction and waits for the event of the hub that explains it. */
export interface Unexplained {
  mints: { to: Address; points: bigint }[];
  burns: Burn[];
  /** Between accounts; where members may transfer, nothing has to explain them. */
  moves: (Burn & { to: Address })[];
  restores: Burn[];
  successions: { from: Address; to: Address; points: bigint }[];
  matches: { member: Address; charity: number; nonce: number; value: bigint }[];
  /** The batch that the brand's own key says to issue. */
  ownBatch: { number: bigint; key: Address } | null;
}

/** What a token said of the Transfer that is to follow. */
export type Announced =
  | { kind: 'epoch'; from: Address; to: Address; value: bigint; epoch: number }
  | { kind: 'restored'; from: Address; to: Address; value: bigint; taken: Spend['taken'] }
  | { kind: 'moved'; from: Address; to: Address; value: bigint };

/** What a redemption took, by bucket of `epoch`, less what came back by refunds. */
export interface Redeemed {
  readonly acceptor: number;
  readonly epoch: number;
  left: readonly bigint[];
}

/** One brand's book. Words of accounts are packed, because there can be millions; addresses are in lower case. */
export interface PartnerBook {
  readonly partner: number;
  readonly token: Address;
  readonly name: string;
  readonly quartersPerEpoch: QuartersPerEpoch;
  readonly validity: number;
  readonly transferable: boolean;
  admin: Address;
  issuingKey: Address;
  coverageBps: bigint;
  halted: boolean;
  leaving: boolean;
  reserve: bigint;
  matchBps: bigint;
  matchBudget: bigint;
  lastBatch: bigint;
  values: ValuesWord;
  allowance: MintAllowance;
  supply: SupplyWord;
  /** What is known of epochs that have ended, in points. */
  readonly epochs: Map<number, { minted: bigint; expired: bigint }>;
  /** Points that expired, by epoch, and that the token has not said so of yet. */
  readonly unsaid: Map<number, bigint>;
  readonly breakage: BreakageBook;
  readonly accounts: Map<Address, bigint>;
  /** By member and nonce. */
  readonly redemptions: Map<string, Redeemed>;
  readonly unexplained: Unexplained;
  announced: Announced | null;
}

/** What a brand's expired points freed, and who has shares of it. */
export interface BreakageBook {
  readonly fundBps: bigint;
  readonly charityBps: bigint;
  readonly charity: number;
  /** The last epoch that an event has recorded. */
  through: number;
  freed: bigint;
  toFund: bigint;
  toCharity: bigint;
}

/** One charity's book. `donated` is by brand. */
export interface CharityBook {
  readonly charity: number;
  readonly name: string;
  payout: Address;
  payable: bigint;
  suspended: boolean;
  readonly donated: Map<number, bigint>;
}

/** Everything. `touched` are the brands with something unexplained in the present transaction. */
export interface Books {
  readonly partners: Map<number, PartnerBook>;
  readonly byToken: Map<Address, PartnerBook>;
  readonly charities: Map<number, CharityBook>;
  readonly members: Map<Address, MemberBook>;
  readonly touched: Set<PartnerBook>;
  /** Refunds that were made, by acceptor and id. */
  readonly refunds: Set<string>;
  feeBps: bigint;
  halted: boolean;
  withdrawalsHaltedUntil: number;
  treasury: bigint;
  membersFund: bigint;
  /** All that was ever paid in, and out. */
  paidIn: bigint;
  paidOut: bigint;
  /** The act whose value a limited key is charged for. */
  lastAct: { member: Address; value: bigint } | null;
  transaction: Hex | '';
  events: number;
}

/** Basis points in one. */
export const BPS = 10_000n;

/** Empty books, as before the first block. */
export const openBooks = (): Books => ({
  partners: new Map(),
  byToken: new Map(),
  charities: new Map(),
  members: new Map(),
  touched: new Set(),
  refunds: new Set(),
  feeBps: 0n,
  halted: false,
  withdrawalsHaltedUntil: 0,
  treasury: 0n,
  membersFund: 0n,
  paidIn: 0n,
  paidOut: 0n,
  lastAct: null,
  transaction: '',
  events: 0,
});

/** Nothing to explain. */
export const nothingUnexplained = (): Unexplained => ({
  mints: [],
  burns: [],
  moves: [],
  restores: [],
  successions: [],
  matches: [],
  ownBatch: null,
});

/** An address as the books spell it. */
export const lower = (address: Address): Address => address.toLowerCase() as Address;

/** The epoch of a brand at an instant, in Unix seconds, and how long its points live. */
export const clockAt = (book: PartnerBook, timestamp: number): EpochClock => ({
  epoch: epochAt(timestamp, book.quartersPerEpoch),
  validity: book.validity,
});

/** An account's word. */
export const accountOf = (book: PartnerBook, account: Address): AccountWord =>
  decodeWord(book.accounts.get(account) ?? 0n);

/** Writes an account's word. */
export const setAccount = (book: PartnerBook, account: Address, word: AccountWord): void => {
  book.accounts.set(account, encodeWord(word));
};

/** The live supply by bucket at the clock's epoch. */
export const supplyAt = ({ supply }: PartnerBook, clock: EpochClock): AccountWord =>
  rollWord({ ...supply, nextNonce: 0, window: 0 }, clock);

/** Brings a brand's supply to the clock's epoch, and writes down what has ended or died on the way. */
export function rollBook(book: PartnerBook, clock: EpochClock): void {
  const { supply, records } = rollSupply(book.supply, clock);
  for (const { epoch, minted, expired } of records) {
    const known = book.epochs.get(epoch) ?? { minted: 0n, expired: 0n };
    book.epochs.set(epoch, { minted: known.minted + minted, expired: known.expired + expired });
    if (expired > 0n) book.unsaid.set(epoch, expired);
  }
  book.supply = supply;
}

/** Live points × point value. Requires the supply word to be rolled to `epoch`. */
export const liabilityOf = (
  book: PartnerBook,
  epoch: number,
  supply: Pick<AccountWord, 'buckets'> = book.supply,
): bigint => valueOfBuckets(supply.buckets, rollValues(book.values, epoch));

/** The reserve that a policy asks for, rounded up: in favour of the members. */
export const requiredUp = (liability: bigint, coverageBps: bigint): bigint =>
  (liability * coverageBps + BPS - 1n) / BPS;

/** A part of a value, rounded down: in favour of who pays it. */
export const shareDown = (value: bigint, bps: bigint): bigint => (value * bps) / BPS;

/** The lesser of two amounts. */
export function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** Reserve ÷ liability in basis points, rounded down; null when nothing is owed. */
export const coverageDown = (reserve: bigint, liability: bigint): number | null =>
  liability === 0n ? null : Number((reserve * BPS) / liability);

/** Adds to what a charity can fetch, in the name of a brand. */
export function creditCharity(charity: CharityBook, partner: number, value: bigint): void {
  charity.payable += value;
  charity.donated.set(partner, (charity.donated.get(partner) ?? 0n) + value);
}
