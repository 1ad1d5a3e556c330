/**
 * The projections as the indexer works on them: the rows that a group of blocks touches, in memory. Every first change of a row in a block
 * leaves its row as it was in `undo`. Rows are spelled as in the database, so one JSON fits the journal and the tables.
 */
import type { Hex } from 'viem';
import type { Spend } from '../protocol/account-word.ts';
import type { Words } from '../statements/expiry.ts';
import type { Movement, Position } from './project-accounts.ts';

export interface PartnerRow {
  id: number;
  name: string;
  symbol: string;
  /** 20 bytes in lower case, like every address here. */
  token: Hex;
  admin: Hex;
  quarters_per_epoch: number;
  validity: number;
  transferable: boolean;
  coverage_bps: number;
  halted: boolean;
  leaving: boolean;
  values_word: bigint;
  /** µUSD */
  reserve: bigint;
  last_batch: bigint;
  match_bps: number;
  /** µUSD */
  match_budget: bigint;
  breakage_charity: number;
}

/** What is the coalition's own: one row. */
export interface CoalitionRow {
  id: number;
  fee_bps: number;
  /** µUSD */
  treasury: bigint;
  /** µUSD */
  members_fund: bigint;
}

export interface CharityRow {
  id: number;
  name: string;
  payout: Hex;
  /** µUSD */
  payable: bigint;
  /** µUSD */
  donated: bigint;
}

export interface SupplyRow {
  partner_id: number;
  word: bigint;
}

export interface AccountRow {
  partner_id: number;
  account: Hex;
  word: bigint;
}

/** Words as `AccountWord`: what was taken by epoch, and what of it was not refunded. */
export interface RedemptionRow {
  /** The issuer. */
  partner_id: number;
  account: Hex;
  nonce: number;
  acceptor: number;
  ref: Hex;
  block: bigint;
  taken: bigint;
  left: bigint;
}

interface Rows {
  partners: PartnerRow;
  charities: CharityRow;
  coalition_pots: CoalitionRow;
  token_supplies: SupplyRow;
  token_accounts: AccountRow;
  redemptions: RedemptionRow;
}

/** The tables of the projection, in the order in which they are written. */
export const PROJECTED = [
  'partners',
  'charities',
  'coalition_pots',
  'token_supplies',
  'token_accounts',
  'redemptions',
] as const;
export type Projected = (typeof PROJECTED)[number];

/** A row as it was before its first change in a block; `before` is null when it didn't exist. */
export interface UndoEntry {
  readonly block: bigint;
  readonly seq: number;
  readonly table: Projected;
  readonly key: readonly (number | Hex)[];
  readonly before: Rows[Projected] | null;
}

/** Points of one epoch alone, points that come back to theirs, or all of an account's. */
export type Announced =
  | { readonly kind: 'epoch'; readonly epoch: number }
  | { readonly kind: 'restored'; readonly taken: Spend['taken'] };

/** Points of an account that were burned, by epoch. */
export interface Burn {
  readonly partner: number;
  readonly account: Hex;
  readonly points: bigint;
  readonly epoch: number;
  readonly taken: Spend['taken'];
}

/** The key of a redemption's row in `Projection.rows`. */
export const redemptionKey = (partner: number, account: Hex, nonce: number): string =>
  `${partner}:${account}:${nonce}`;

/** The key of the coalition's one row. */
export const COALITION_ROW = 1;

/** The key of an account's row in `Projection.rows`. */
export const accountKey = (partner: number, account: Hex): string => `${partner}:${account}`;

/** Where a brand stood after a block, with its words. */
export type Stand = Position &
  Omit<Words, 'timestamp'> & {
    readonly partner: number;
    readonly reserve: bigint;
    readonly matchBudget: bigint;
  };

/** Rows in memory, what was changed of them, and how to undo it. */
export class Projection {
  readonly rows: { readonly [Table in Projected]: Map<string, Rows[Table]> } = {
    partners: new Map(),
    charities: new Map(),
    coalition_pots: new Map(),
    token_supplies: new Map(),
    token_accounts: new Map(),
    redemptions: new Map(),
  };
  readonly undo: UndoEntry[] = [];
  /** Each brand's accounts as they are now; those that this block concerns; and what is to be written of them. */
  readonly positions = new Map<number, Position>();
  readonly moved = new Set<number>();
  readonly movements: Movement[] = [];
  readonly stands: Stand[] = [];
  readonly partnerOfToken = new Map<Hex, number>();
  /** What a token said of its Transfer that comes next, in the same transaction. */
  readonly announced = new Map<Hex, Announced>();
  /** Burns of a block that no act has explained yet. */
  readonly burns: Burn[] = [];
  readonly #dirty = new Map<string, { table: Projected; key: string }>();
  #block = -1n;
  #seq = 0;
  readonly #touched = new Set<string>();

  /** Says that the changes from here on happen in this block. */
  enterBlock(block: bigint): void {
    this.#block = block;
    this.burns.length = 0;
    this.#seq = 0;
    this.#touched.clear();
  }

  /** The block whose changes these are. */
  get block(): bigint {
    return this.#block;
  }

  /** Takes a row that the database holds. */
  load<Table extends Projected>(table: Table, key: string, row: Rows[Table]): void {
    this.rows[table].set(key, row);
    if (table === 'partners') this.#nameToken(row as PartnerRow);
  }

  /** Writes a row, and remembers what stood there at the start of the block. */
  write<Table extends Projected>(table: Table, key: string, row: Rows[Table]): void {
    const name = `${table} ${key}`;
    if (!this.#touched.has(name)) {
      this.#touched.add(name);
      const before = this.rows[table].get(key) ?? null;
      this.undo.push({ block: this.#block, seq: this.#seq++, table, key: primaryKey(table, row), before });
    }
    this.#dirty.set(name, { table, key });
    this.load(table, key, row);
  }

  /** The rows of a table that were written, as they are now. */
  written<Table extends Projected>(table: Table): Rows[Table][] {
    const keys = [...this.#dirty.values()].filter((entry) => entry.table === table).map(({ key }) => key);
    return keys.flatMap((key) => this.rows[table].get(key) ?? []);
  }

  #nameToken({ token, id }: PartnerRow): void {
    this.partnerOfToken.set(token, id);
  }
}

function primaryKey(table: Projected, row: Rows[Projected]): readonly (number | Hex)[] {
  if ('nonce' in row) return [row.partner_id, row.account, row.nonce];
  if (table === 'token_accounts' && 'account' in row) return [row.partner_id, row.account];
  return ['id' in row ? row.id : row.partner_id];
}
