import type { Address } from 'viem';
import { type PartnerTerms, readPartnerTerms } from '../partners/list-partners.ts';
import { decodeWord, liveLots } from '../protocol/account-word.ts';
import { epochAt, expiresAt } from '../protocol/epochs.ts';
import { pointValue } from '../protocol/values-word.ts';
import { fromHex } from '../shared/bytes.ts';
import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';

/** Points of one partner that an account holds now: `value` in µUSD, `nextNonce` for its next act. */
export interface Balance {
  readonly partner: number;
  readonly points: bigint;
  readonly value: bigint;
  readonly nextNonce: number;
  readonly buckets: readonly { epoch: number; points: bigint; value: bigint; expiresAt: string }[];
}

/** Points that are earned and not yet on-chain; `reason` is how far they are, or why they wait. */
export interface Pending {
  readonly partner: number;
  readonly points: bigint;
  readonly reason: string;
}

/** Points that the account owes to a partner. */
export interface Debt {
  readonly partner: number;
  readonly points: bigint;
}

/**
 * What an account holds as of the newest indexed block, with every word rolled forward to the present epoch, what is on its way, and what it owes. An account
 * that nobody has heard of holds nothing.
 */
export async function readBalances(
  { prisma, pool, clock }: Pick<Deps, 'prisma' | 'pool' | 'clock'>,
  account: Address,
): Promise<{ account: Address; block: bigint; balances: Balance[]; pending: Pending[]; debts: Debt[] }> {
  const bytes = fromHex(account);
  const [cursor, words, terms, pending, debts] = await Promise.all([
    prisma.indexerCursor.findUnique({ where: { id: 1 }, select: { number: true } }),
    prisma.tokenAccount.findMany({ where: { account: bytes }, orderBy: { partnerId: 'asc' } }),
    readPartnerTerms(prisma),
    readPending(pool, bytes),
    readDebts(pool, bytes),
  ]);
  const now = clock.seconds();
  const balances = words.flatMap(({ partnerId, word }) => {
    const partner = terms.get(partnerId);
    return partner ? [balanceOf(partner, BigInt(word.toFixed()), now)] : [];
  });
  return { account, block: cursor?.number ?? 0n, balances, pending, debts };
}

function balanceOf(terms: PartnerTerms, raw: bigint, now: number): Balance {
  const word = decodeWord(raw);
  const epoch = epochAt(now, terms.quartersPerEpoch);
  const buckets = liveLots(word, { epoch, validity: terms.validity }).map((lot) => ({
    epoch: lot.epoch,
    points: lot.points,
    value: lot.points * pointValue(terms.values, { epoch, pointEpoch: lot.epoch }),
    expiresAt: iso(expiresAt(lot.epoch, terms)),
  }));
  const sum = (field: 'points' | 'value') => buckets.reduce((total, bucket) => total + bucket[field], 0n);
  return {
    partner: terms.id,
    points: sum('points'),
    value: sum('value'),
    nextNonce: word.nextNonce,
    buckets,
  };
}

async function readPending(pool: Deps['pool'], account: Buffer): Promise<Pending[]> {
  const { rows } = await pool.query<{ partner: number; points: string; reason: string }>(
    `SELECT a.partner_id AS partner, sum(a.points) AS points,
            CASE WHEN a.batch_id IS NULL THEN 'accepted' WHEN b.status IN ('ready', 'queued') THEN 'batched'
                 WHEN b.status = 'waiting' THEN coalesce(b.reason->>'code', 'waiting') ELSE b.status::text END AS reason
       FROM accruals a LEFT JOIN issuance_batches b ON b.id = a.batch_id
      WHERE a.account = $1 AND (a.batch_id IS NULL OR b.status NOT IN ('mined', 'final'))
      GROUP BY 1, 3 ORDER BY 1, 3`,
    [account],
  );
  return rows.map(({ partner, points, reason }) => ({ partner, points: BigInt(points), reason }));
}

async function readDebts(pool: Deps['pool'], account: Buffer): Promise<Debt[]> {
  const { rows } = await pool.query<Debt>(
    'SELECT partner_id AS partner, points FROM brand_debts WHERE account = $1 AND points > 0 ORDER BY 1',
    [account],
  );
  return rows;
}
