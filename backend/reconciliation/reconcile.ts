import type { Address, Hex } from 'viem';
import { CoalitionAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import { decodeWord, encodeWord, rollWord } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, encodeValues, rollValues } from '../protocol/values-word.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { type AccountPlace, type Books, type PartnerBook, readBooks } from './read-books.ts';

/** What the database has and the chain doesn't, by name. Money is µUSD, words are as stored on the chain. */
export interface Difference {
  readonly what:
    | 'reserve'
    | 'supply'
    | 'values'
    | 'last batch'
    | 'batches'
    | 'coverage policy'
    | 'halt'
    | 'account'
    | 'charity';
  readonly subject: string;
  readonly chain: string;
  readonly database: string;
}

/** What a reconciliation found; null block when there was nothing to compare, because the endpoint has another block there. */
export interface Reconciliation {
  readonly block: bigint | null;
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Where the next one goes on among the accounts. */
  readonly next: AccountPlace | null;
}

type Found = Pick<Difference, 'what' | 'subject'> & { chain: unknown; database: unknown };

/**
 * Compares the projections with the chain's own views at the indexer's block: every brand and charity, and the next `sample` accounts.
 * It changes nothing. Throws what the client throws when the endpoint does not answer, or has forgotten the block's state.
 */
export async function reconcile(
  deps: Pick<Deps, 'pool' | 'chain' | 'network'>,
  { sample, after }: { sample: number; after: AccountPlace | null },
): Promise<Reconciliation> {
  const books = await readBooks(deps.pool, { sample, after });
  if (!books) return { block: null, compared: 0, differences: [], next: after };
  const block = await deps.chain.getBlock({ blockNumber: books.block }).catch(() => null);
  // Another block stands there: the indexer will say whether that is a reorg or an endpoint that lags.
  if (block?.hash !== books.hash) return { block: null, compared: 0, differences: [], next: after };
  const found = [
    ...(await comparePartners(deps, books)),
    ...(await compareCharities(deps, books)),
    ...(await compareAccounts(deps, books)),
  ];
  const differences = found
    .map(({ what, subject, chain, database }) => ({
      what,
      subject,
      chain: String(chain),
      database: String(database),
    }))
    .filter(({ chain, database }) => chain !== database);
  const last = books.accounts.at(-1);
  const next =
    books.accounts.length < sample || !last ? null : { partner: last.partner, account: last.account };
  return { block: books.block, compared: found.length, differences, next };
}

async function comparePartners(
  { chain, network }: Pick<Deps, 'chain' | 'network'>,
  books: Books,
): Promise<Found[]> {
  const reports = await chain.readContract({
    address: network.coalition,
    abi: CoalitionAbi,
    functionName: 'partnerReports',
    blockNumber: books.block,
  });
  const found: Found[] = [];
  if (reports.length !== books.partners.length)
    found.push({ what: 'supply', subject: 'brands', chain: reports.length, database: books.partners.length });
  for (const report of reports) {
    const book = books.partners.find(({ id }) => id === report.partner);
    if (!book) continue;
    const subject = `brand ${book.id}`;
    const clock = clockAt(book, books.timestamp);
    const values = encodeValues(rollValues(decodeValues(book.valuesWord), clock.epoch));
    found.push(
      { what: 'reserve', subject, chain: report.reserve, database: book.reserve },
      { what: 'supply', subject, chain: report.supplyWord, database: rolled(book.supplyWord, clock) },
      { what: 'values', subject, chain: report.valuesWord, database: values },
      { what: 'last batch', subject, chain: report.lastBatch, database: book.lastBatch },
      { what: 'batches', subject, chain: report.lastBatch, database: book.minedBatch ?? report.lastBatch },
      { what: 'coverage policy', subject, chain: report.coverageBps, database: book.coverageBps },
      { what: 'halt', subject, chain: report.halted, database: book.halted },
    );
  }
  return found;
}

function clockAt({ quartersPerEpoch, validity, id }: PartnerBook, timestamp: bigint) {
  if (!isQuartersPerEpoch(quartersPerEpoch))
    throw new RangeError(`Partner ${id} has epochs of ${quartersPerEpoch} quarters`);
  return { epoch: epochAt(timestamp, quartersPerEpoch), validity };
}

const rolled = (word: bigint, clock: { epoch: number; validity: number }): bigint =>
  encodeWord(rollWord(decodeWord(word), clock));

const compareCharities = (
  { chain, network }: Pick<Deps, 'chain' | 'network'>,
  books: Books,
): Promise<Found[]> =>
  Promise.all(
    books.charities.map(async ({ id, payable }) => {
      const account = await chain.readContract({
        address: network.coalition,
        abi: CoalitionAbi,
        functionName: 'charityAccount',
        args: [id],
        blockNumber: books.block,
      });
      return {
        what: 'charity' as const,
        subject: `charity ${id}`,
        chain: account.payable_,
        database: payable,
      };
    }),
  );

async function compareAccounts({ chain }: Pick<Deps, 'chain'>, books: Books): Promise<Found[]> {
  const wordOf = (token: Address, account: Hex) =>
    chain.readContract({
      address: token,
      abi: PointsTokenAbi,
      functionName: 'accountWord',
      args: [account],
      blockNumber: books.block,
    });
  const found = await Promise.all(
    books.accounts.map(async ({ partner, account, word }): Promise<Found[]> => {
      const book = books.partners.find(({ id }) => id === partner);
      if (!book) return [];
      const database = rolled(word, clockAt(book, books.timestamp));
      const subject = `${toAddress(Buffer.from(account.slice(2), 'hex'))} at brand ${partner}`;
      return [{ what: 'account', subject, chain: await wordOf(book.token, account), database }];
    }),
  );
  return found.flat();
}
