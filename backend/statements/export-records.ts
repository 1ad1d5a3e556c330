/** What a brand can take out as files of any length. Members are accounts here, and nothing else. */
import type { Address } from 'viem';
import { readPartnerTerms } from '../partners/list-partners.ts';
import { decodeWord, liveLots } from '../protocol/account-word.ts';
import { epochAt, expiresAt } from '../protocol/epochs.ts';
import { pointValue } from '../protocol/values-word.ts';
import { toAddress, toHex } from '../shared/bytes.ts';
import { iso } from '../shared/clock.ts';
import type { Cell, CsvTable } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findPurchaseIds, listHolders, listPurchases, listRedemptions } from './exports.repository.ts';

/** Rows that are read, and held, at once. */
export const EXPORT_PAGE = 5_000;

/** From `from` up to and without `to`; the whole past where one is left out. */
export interface Span {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}
type ExportDeps = Pick<Deps, 'pool'>;

/** Every purchase that the network received in a time, with how far its points are. */
export function exportPurchases({ pool }: ExportDeps, partner: number, span: Span): CsvTable {
  const [from, to] = [span.from ?? null, span.to ?? null];
  async function* pages() {
    const { first, last } = await findPurchaseIds(pool, { from, to });
    for (let after = first - 1n; ; ) {
      const rows = await listPurchases(pool, { partner, from, to, after, last, limit: EXPORT_PAGE });
      yield rows.map((row): Cell[] => [
        row.purchase_id,
        row.received_at.toISOString(),
        row.occurred_at.toISOString(),
        row.account && toAddress(row.account),
        row.amount_minor,
        row.currency,
        row.points,
        row.status,
      ]);
      const end = rows.at(-1);
      if (rows.length < EXPORT_PAGE || !end) return;
      after = end.id;
    }
  }
  return {
    name: 'purchases',
    columns: [
      'purchase',
      'receivedAt',
      'occurredAt',
      'account',
      'amountMinor',
      'currency',
      'points',
      'status',
    ],
    pages: pages(),
  };
}

/** Every redemption with the brand's points, or of others at the brand, that is final. Value and fee are µUSD. */
export function exportRedemptions({ pool }: ExportDeps, partner: number, span: Span): CsvTable {
  const seconds = (at: Date | undefined, otherwise: number) =>
    at ? Math.floor(at.getTime() / 1000) : otherwise;
  const [from, to] = [seconds(span.from, 0), seconds(span.to, Number.MAX_SAFE_INTEGER)];
  async function* pages() {
    for (let after = { number: -1n, logIndex: -1 }; ; ) {
      const rows = await listRedemptions(pool, { partner, from, to, after, limit: EXPORT_PAGE });
      yield rows.map(({ timestamp, number, transaction_hash, args, changes }): Cell[] => [
        iso(timestamp),
        number,
        toHex(transaction_hash),
        String(args.member) as Address,
        Number(args.issuer),
        Number(args.acceptor),
        BigInt(args.amount ?? 0),
        BigInt(args.value ?? 0),
        -BigInt(changes['reserve.fees'] ?? 0),
        String(args.ref),
      ]);
      const end = rows.at(-1);
      if (rows.length < EXPORT_PAGE || !end) return;
      after = { number: end.number, logIndex: end.log_index };
    }
  }
  return {
    name: 'redemptions',
    columns: ['at', 'block', 'transaction', 'account', 'issuer', 'acceptor', 'points', 'value', 'fee', 'ref'],
    pages: pages(),
  };
}

/** Every account with live points of the brand, as of now, with what they are worth (µUSD) and when the first of them expire. */
export async function exportBalances(
  { pool, prisma, clock }: Pick<Deps, 'pool' | 'prisma' | 'clock'>,
  partner: number,
): Promise<CsvTable> {
  const terms = (await readPartnerTerms(prisma)).get(partner);
  if (!terms) throw new DomainError('NOT_READY', { message: 'The brand is not on the chain yet.' });
  const epoch = epochAt(clock.seconds(), terms.quartersPerEpoch);
  const worth = (lot: { epoch: number; points: bigint }) =>
    lot.points * pointValue(terms.values, { epoch, pointEpoch: lot.epoch });
  async function* pages() {
    for (let after: Buffer = Buffer.alloc(0); ; ) {
      const rows = await listHolders(pool, { partner, after, limit: EXPORT_PAGE });
      yield rows.flatMap(({ account, word }): Cell[][] => {
        const lots = liveLots(decodeWord(BigInt(word)), { epoch, validity: terms?.validity ?? 0 });
        const [first] = lots;
        if (!first || !terms) return [];
        const points = lots.reduce((sum, lot) => sum + lot.points, 0n);
        const value = lots.reduce((sum, lot) => sum + worth(lot), 0n);
        return [[toAddress(account), points, value, first.points, iso(expiresAt(first.epoch, terms))]];
      });
      const end = rows.at(-1);
      if (rows.length < EXPORT_PAGE || !end) return;
      after = end.account;
    }
  }
  return {
    name: 'balances',
    columns: ['account', 'points', 'value', 'expiringNext', 'expiringAt'],
    pages: pages(),
  };
}
