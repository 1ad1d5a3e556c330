/** The books that the audit keeps while it replays events: what storage must hold if every event is true. */
import type { Address } from 'viem';
import {
  type AccountWord,
  decodeWord,
  type EpochClock,
  encodeWord,
  type Spend,
} from '../protocol/account-word.ts';
import { epochAt, type QuartersPerEpoch } from '../protocol/epochs.ts';
import { rollValues, type ValuesWord, valueOfBuckets } from '../protocol/values-word.ts';

/** A burn that no act has explained yet. */
export interface Burn {
  readonly member: Address;
  readonly points: bigint;
  readonly taken: Spend['taken'];
}

/** Mints and burns of the present transaction that wait for the hub's event that explains them. */
export interface Unexplained {
  mints: { to: Address; points: bigint }[];
  burns: Burn[];
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
  coverageBps: bigint;
  halted: boolean;
  reserve: bigint;
  lastBatch: bigint;
  values: ValuesWord;
  supply: AccountWord;
  readonly accounts: Map<Address, bigint>;
  readonly unexplained: Unexplained;
}

/** One charity's book, in µUSD. */
export interface CharityBook {
  readonly charity: number;
  readonly name: string;
  payout: Address;
  payable: bigint;
}

/** Everything. `touched` are the brands with unexplained mints or burns in the present transaction. */
export interface Books {
  readonly partners: Map<number, PartnerBook>;
  readonly byToken: Map<Address, PartnerBook>;
  readonly charities: Map<number, CharityBook>;
  readonly touched: Set<PartnerBook>;
  transaction: string;
  events: number;
}

const BPS = 10_000n;

/** Empty books, as before the first block. */
export const openBooks = (): Books => ({
  partners: new Map(),
  byToken: new Map(),
  charities: new Map(),
  touched: new Set(),
  transaction: '',
  events: 0,
});

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

/** Live points × point value in µUSD. Requires the supply word to be rolled to `epoch`. */
export const liabilityOf = (book: PartnerBook, epoch: number, supply = book.supply): bigint =>
  valueOfBuckets(supply.buckets, rollValues(book.values, epoch));

/** The reserve that a policy asks for, in µUSD, rounded up: in favour of the members. */
export const requiredUp = (liability: bigint, coverageBps: bigint): bigint =>
  (liability * coverageBps + BPS - 1n) / BPS;

/** Reserve ÷ liability in basis points, rounded down; null when nothing is owed. */
export const coverageDown = (reserve: bigint, liability: bigint): number | null =>
  liability === 0n ? null : Number((reserve * BPS) / liability);
