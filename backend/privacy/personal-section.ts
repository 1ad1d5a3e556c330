import type { PoolClient } from 'pg';
import type { Address } from 'viem';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';

/** What readers of personal data are given. */
export type ReadDeps = Pick<Deps, 'pool' | 'prisma' | 'clock' | 'config'>;

/**
 * One domain's personal data: how a member gets it, and how it is erased. `erase` runs in the transaction of the whole erasure and returns how
 * many rows it emptied or removed; what is kept says why instead, in words for the member.
 */
export interface PersonalSection {
  /** Its name in an export. */
  readonly name: string;
  /** The tables that it answers for. */
  readonly tables: readonly string[];
  readonly read: (deps: ReadDeps, account: Address) => AsyncIterable<unknown>;
  readonly erase:
    | ((tx: PoolClient, account: Address, now: Date) => Promise<number>)
    | { readonly kept: string };
}

const PAGE = 500;

/**
 * Reads an account's rows a page at a time. `sql` takes the account, the place after which to go on and how many rows to answer, and
 * answers `place` and `item` (JSON) in the order of the places; `first` is before all of them.
 */
export const readRows = (sql: string, first: string): PersonalSection['read'] =>
  async function* ({ pool }, account) {
    for (let after = first; ; ) {
      const { rows } = await pool.query<{ place: string; item: unknown }>(sql, [
        fromHex(account),
        after,
        PAGE,
      ]);
      for (const { item } of rows) yield item;
      const last = rows.at(-1);
      if (rows.length < PAGE || !last) return;
      after = String(last.place);
    }
  };

/** Before the ids of all rows. */
export const FIRST_NUMBER = '0';
export const FIRST_UUID = '00000000-0000-0000-0000-000000000000';
