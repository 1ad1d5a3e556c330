/** Compares the books with what the contracts say of themselves at one block. */
import type { Address, Client, ContractFunctionReturnType } from 'viem';
import { multicall, readContract } from 'viem/actions';
import { CoalitionAbi, IPointsTokenAbi } from '../../artifacts/abi.ts';
import { balanceAt, decodeWord, encodeWord, rollWord } from '../protocol/account-word.ts';
import { encodeValues, rollValues } from '../protocol/values-word.ts';
import { type Books, clockAt, liabilityOf, type PartnerBook, requiredUp } from './books.ts';
import type { Disagreements } from './disagreements.ts';

/** A chunk is answered as if it were deployed code, which EIP-170 limits to 24,576 bytes: two answers of 192 bytes an account. */
const ACCOUNTS_AT_ONCE = 60;
const CALLS_AT_ONCE = 4;

/** The block at which everything is read. `timestamp` is in Unix seconds. */
export interface PinnedBlock {
  readonly number: number;
  readonly timestamp: number;
}

type PartnerReport = ContractFunctionReturnType<typeof CoalitionAbi, 'view', 'partnerReports'>[number];

/** What the comparison reads from: one endpoint, one coalition, one block. */
export interface ViewSource {
  readonly client: Client;
  readonly coalition: Address;
  readonly block: PinnedBlock;
}

/** Compares every brand's and charity's figures, and the sums over them. Throws viem's errors. */
export async function compareLedgers(
  books: Books,
  { client, coalition, block }: ViewSource,
  found: Disagreements,
): Promise<void> {
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(block.number) } as const;
  const reports = await readContract(client, { ...hub, functionName: 'partnerReports' });
  found.expectSame('number of brands', 'coalition', { expected: books.partners.size, found: reports.length });
  for (const report of reports) {
    const book = books.partners.get(report.partner);
    if (book) comparePartner(book, { report, timestamp: block.timestamp }, found);
    else
      found.add('brand without its event', `brand ${report.partner}`, {
        expected: 'PartnerAdded',
        found: 'none',
      });
  }
  const count = await readContract(client, { ...hub, functionName: 'charityCount' });
  found.expectSame('number of charities', 'coalition', { expected: books.charities.size, found: count });
  for (const { charity, name, payout, payable } of books.charities.values()) {
    if (charity > count) continue;
    const account = await readContract(client, { ...hub, functionName: 'charityAccount', args: [charity] });
    found.expectSame('payable to a charity', name, { expected: payable, found: account.payable_ });
    found.expectSame('payout of a charity', name, { expected: payout, found: account.payout });
  }
  const [, reserves, payables] = await readContract(client, { ...hub, functionName: 'solvency' });
  const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
  const ours = [...books.partners.values()].map(({ reserve }) => reserve);
  found.expectSame('sum of reserves', 'coalition', { expected: sum(ours), found: reserves });
  const charities = [...books.charities.values()].map(({ payable }) => payable);
  found.expectSame('sum of payables', 'coalition', { expected: sum(charities), found: payables });
}

function comparePartner(
  book: PartnerBook,
  { report, timestamp }: { report: PartnerReport; timestamp: number },
  found: Disagreements,
): void {
  const clock = clockAt(book, timestamp);
  const supply = rollWord(book.supply, clock);
  const liability = liabilityOf(book, clock.epoch, supply);
  const figures: [string, unknown, unknown][] = [
    ['supply', balanceAt(supply, clock), report.supply],
    ['supply word', encodeWord(supply), report.supplyWord],
    ['liability', liability, report.liability],
    ['required reserve', requiredUp(liability, book.coverageBps), report.required],
    ['reserve', book.reserve, report.reserve],
    ['last batch', book.lastBatch, report.lastBatch],
    ['point values', encodeValues(rollValues(book.values, clock.epoch)), report.valuesWord],
    ['coverage policy', book.coverageBps, report.coverageBps],
    ['halt', book.halted, report.halted],
    ['admin', book.admin, report.admin],
    ['token', book.token, report.token],
  ];
  for (const [what, expected, seen] of figures) found.expectSame(what, book.name, { expected, found: seen });
}

/** Compares every account's word and balance, in chunks. `onAccounts` is told how many are done. Throws viem's errors. */
export async function compareAccounts(
  books: Books,
  { client, block, onAccounts }: ViewSource & { onAccounts: (done: number) => void },
  found: Disagreements,
): Promise<void> {
  let done = 0;
  const chunks = chunksOf(books);
  const work = async () => {
    for (let next = chunks.next(); !next.done; next = chunks.next()) {
      const { book, chunk } = next.value;
      await compareChunk(book, { client, block, chunk }, found);
      done += chunk.length;
      onAccounts(done);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
}

type Chunk = [Address, bigint][];

function* chunksOf(books: Books): Generator<{ book: PartnerBook; chunk: Chunk }> {
  for (const book of books.partners.values()) {
    let chunk: Chunk = [];
    for (const entry of book.accounts) {
      chunk.push(entry);
      if (chunk.length < ACCOUNTS_AT_ONCE) continue;
      yield { book, chunk };
      chunk = [];
    }
    if (chunk.length > 0) yield { book, chunk };
  }
}

async function compareChunk(
  book: PartnerBook,
  { client, block, chunk }: { client: Client; block: PinnedBlock; chunk: Chunk },
  found: Disagreements,
): Promise<void> {
  const token = { abi: IPointsTokenAbi, address: book.token } as const;
  const contracts = chunk.flatMap(([account]) => [
    { ...token, functionName: 'accountWord' as const, args: [account] as const },
    { ...token, functionName: 'balanceOf' as const, args: [account] as const },
  ]);
  // Deployless: the calls travel with their own code, so no helper contract has to stand on the chain.
  const options = {
    deployless: true,
    allowFailure: false,
    batchSize: 0,
    blockNumber: BigInt(block.number),
  } as const;
  const answers = await multicall(client, { contracts, ...options });
  const clock = clockAt(book, block.timestamp);
  chunk.forEach(([account, packed], index) => {
    const word = rollWord(decodeWord(packed), clock);
    const subject = `${book.name}, ${account}`;
    found.expectSame('account word', subject, { expected: encodeWord(word), found: answers[2 * index] });
    found.expectSame('balance', subject, { expected: balanceAt(word, clock), found: answers[2 * index + 1] });
  });
}
