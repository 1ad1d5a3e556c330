import type { Address, Hex } from 'viem';
import { transact } from '../database/transact.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';

/** A brand's projection. Money is µUSD; words are as written last. */
export interface PartnerBook {
  readonly id: number;
  readonly token: Address;
  readonly quartersPerEpoch: number;
  readonly validity: number;
  readonly coverageBps: number;
  readonly halted: boolean;
  readonly reserve: bigint;
  readonly lastBatch: bigint;
  readonly valuesWord: bigint;
  readonly supplyWord: bigint;
  /** The highest number among our own mined batches; null when we have none. */
  readonly minedBatch: bigint | null;
}

/** Where an account stands in the order of the rotating sample. */
export interface AccountPlace {
  readonly partner: number;
  readonly account: Hex;
}

/** The projections at one block. */
export interface Books {
  readonly block: bigint;
  readonly hash: Hex;
  /** Unix seconds. */
  readonly timestamp: bigint;
  readonly partners: readonly PartnerBook[];
  readonly charities: readonly { id: number; payable: bigint }[];
  readonly accounts: readonly (AccountPlace & { word: bigint })[];
}

const PARTNERS = `SELECT p.*, coalesce(s.word, 0) AS supply_word,
    (SELECT max(number) FROM issuance_batches b WHERE b.partner_id = p.id AND b.status IN ('mined', 'final')) AS mined_batch
  FROM partners p LEFT JOIN token_supplies s ON s.partner_id = p.id ORDER BY p.id`;

/** Everything at the indexer's block, from one snapshot; null before its first. */
export function readBooks(
  pool: Deps['pool'],
  { sample, after }: { sample: number; after: AccountPlace | null },
): Promise<Books | null> {
  return transact(pool, async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const cursor = await tx.query(
      'SELECT c.number, c.hash, b.timestamp FROM indexer_cursor c JOIN blocks b ON b.number = c.number',
    );
    const at = cursor.rows[0];
    if (!at) return null;
    const partners = await tx.query(PARTNERS);
    const charities = await tx.query('SELECT id, payable FROM charities ORDER BY id');
    const accounts = await tx.query(
      `SELECT partner_id, account, word FROM token_accounts WHERE (partner_id, account) > ($1, $2::bytea)
       ORDER BY partner_id, account LIMIT $3`,
      [after?.partner ?? 0, fromHex(after?.account ?? '0x'), sample],
    );
    return {
      block: at.number,
      hash: toHex(at.hash),
      timestamp: at.timestamp,
      partners: partners.rows.map((row) => ({
        id: row.id,
        token: toAddress(row.token),
        quartersPerEpoch: row.quarters_per_epoch,
        validity: row.validity,
        coverageBps: row.coverage_bps,
        halted: row.halted,
        reserve: BigInt(row.reserve),
        lastBatch: row.last_batch,
        valuesWord: BigInt(row.values_word),
        supplyWord: BigInt(row.supply_word),
        minedBatch: row.mined_batch,
      })),
      charities: charities.rows.map(({ id, payable }) => ({ id, payable: BigInt(payable) })),
      accounts: accounts.rows.map((row) => ({
        partner: row.partner_id,
        account: toHex(row.account),
        word: BigInt(row.word),
      })),
    };
  });
}
