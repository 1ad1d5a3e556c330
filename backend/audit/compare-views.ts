/** Compares the books with what the contracts say of themselves at one block. */
import type { Address, Client, ContractFunctionReturnType } from 'viem';
import { multicall, readContract } from 'viem/actions';
import { CoalitionAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import { balanceAt, decodeWord, encodeWord, rollWord } from '../protocol/account-word.ts';
import { BUCKETS } from '../protocol/epochs.ts';
import { encodeValues, rollValues } from '../protocol/values-word.ts';
import {
  type Books,
  clockAt,
  liabilityOf,
  type PartnerBook,
  requiredUp,
  rollBook,
  supplyAt,
} from './books.ts';
import { unrecordedEpochs } from './check-brand.ts';
import type { Disagreements } from './disagreements.ts';
import { availableAt } from './mint-allowance.ts';

/** A chunk is answered as if it were deployed code, which EIP-170 limits to 24,576 bytes: two answers of 192 bytes an account. */
const ACCOUNTS_AT_ONCE = 60;
const CALLS_AT_ONCE = 4;
/** Calls that travel together, in bytes of their data; answers of three words each stay within the same limit. */
const CALL_BYTES = 2_048;

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
  /** What the coalition holds by the stablecoin's own account, in µUSD. */
  readonly held: bigint;
}

/** Compares every brand's and charity's figures, and the sums over them. Throws viem's errors. */
export async function compareLedgers(books: Books, source: ViewSource, found: Disagreements): Promise<void> {
  const { client, coalition, block } = source;
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(block.number) } as const;
  const reports = await readContract(client, { ...hub, functionName: 'partnerReports' });
  found.expectSame('number of brands', 'coalition', { expected: books.partners.size, found: reports.length });
  for (const report of reports) {
    const book = books.partners.get(report.partner);
    if (book) {
      comparePartner(book, { report, timestamp: block.timestamp }, found);
      await compareEpochs(book, source, found);
    } else
      found.add('brand without its event', `brand ${report.partner}`, {
        expected: 'PartnerAdded',
        found: 'none',
      });
  }
  await compareCharities(books, source, found);
  await compareSums(books, source, found);
}

/** What charities can fetch, and what each brand has given them. */
async function compareCharities(
  books: Books,
  { client, coalition, block }: ViewSource,
  found: Disagreements,
): Promise<void> {
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(block.number) } as const;
  const count = await readContract(client, { ...hub, functionName: 'charityCount' });
  found.expectSame('number of charities', 'coalition', { expected: books.charities.size, found: count });
  for (const { charity, name, payout, payable, suspended, donated } of books.charities.values()) {
    if (charity > count) continue;
    const account = await readContract(client, { ...hub, functionName: 'charityAccount', args: [charity] });
    found.expectSame('payable to a charity', name, { expected: payable, found: account.payable_ });
    found.expectSame('payout of a charity', name, { expected: payout, found: account.payout });
    found.expectSame('suspension of a charity', name, { expected: suspended, found: account.suspended });
    for (const { partner, name: brand } of books.partners.values()) {
      const args = [charity, partner] as const;
      const given = await readContract(client, { ...hub, functionName: 'donatedBy', args });
      found.expectSame('given to a charity', `${name}, by ${brand}`, {
        expected: donated.get(partner) ?? 0n,
        found: given,
      });
    }
  }
}

/** The coalition in sum, its own pots, and what is halted. */
async function compareSums(
  books: Books,
  { client, coalition, block, held }: ViewSource,
  found: Disagreements,
): Promise<void> {
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(block.number) } as const;
  const [sums, feeBps, halted, until] = await Promise.all([
    readContract(client, { ...hub, functionName: 'solvency' }),
    readContract(client, { ...hub, functionName: 'feeBps' }),
    readContract(client, { ...hub, functionName: 'halted' }),
    readContract(client, { ...hub, functionName: 'withdrawalsHaltedUntil' }),
  ]);
  const partners = [...books.partners.values()];
  const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
  const owed = (book: PartnerBook) => {
    const clock = clockAt(book, block.timestamp);
    return liabilityOf(book, clock.epoch, supplyAt(book, clock));
  };
  const live = (book: PartnerBook) => {
    const clock = clockAt(book, block.timestamp);
    return balanceAt(supplyAt(book, clock), clock);
  };
  const figures: [string, unknown, unknown][] = [
    ['sum of reserves', sum(partners.map(({ reserve }) => reserve)), sums.reserves],
    ['sum of match budgets', sum(partners.map(({ matchBudget }) => matchBudget)), sums.matchBudgets],
    [
      'sum of payables',
      sum([...books.charities.values()].map(({ payable }) => payable)),
      sums.charitiesPayable,
    ],
    ['treasury', books.treasury, sums.treasury],
    ['members’ fund', books.membersFund, sums.membersFund],
    ['sum of live points', sum(partners.map(live)), sums.supply],
    ['sum of liabilities', sum(partners.map(owed)), sums.liability],
    [
      'sum of required reserves',
      sum(partners.map((book) => requiredUp(owed(book), book.coverageBps))),
      sums.required,
    ],
    ['sum of breakage', sum(partners.map(({ breakage }) => breakage.freed)), sums.freed],
    ['stablecoin that the coalition says it holds', held, sums.held],
    ['fee', books.feeBps, feeBps],
    ['halt', books.halted, halted],
    ['halt of withdrawals', books.withdrawalsHaltedUntil, until],
  ];
  for (const [what, expected, seen] of figures)
    found.expectSame(what, 'coalition', { expected, found: seen });
}

/** What became of the points of every epoch that the brand has ever minted in. */
async function compareEpochs(
  book: PartnerBook,
  { client, block }: ViewSource,
  found: Disagreements,
): Promise<void> {
  const clock = clockAt(book, block.timestamp);
  rollBook(book, clock);
  const window = Array.from({ length: BUCKETS }, (_, index) => clock.epoch - index);
  const epochs = [...new Set([...book.epochs.keys(), ...window])];
  const contracts = epochs.map((epoch) => ({
    abi: PointsTokenAbi,
    address: book.token,
    functionName: 'epochTotals' as const,
    args: [BigInt(epoch)] as const,
  }));
  const blockNumber = BigInt(block.number);
  const answers = await multicall(client, {
    contracts,
    deployless: true,
    allowFailure: false,
    batchSize: CALL_BYTES,
    blockNumber,
  });
  epochs.forEach((epoch, index) => {
    const known = book.epochs.get(epoch);
    const place = BUCKETS - 1 - (clock.epoch - epoch);
    const minted = epoch === clock.epoch ? book.supply.minted : (known?.minted ?? 0n);
    const expected = [minted, book.supply.buckets[place] ?? 0n, known?.expired ?? 0n];
    found.expectSame('minted, live and expired points', `${book.name}, epoch ${epoch}`, {
      expected: expected.join(),
      found: answers[index]?.join(),
    });
  });
}

function comparePartner(
  book: PartnerBook,
  { report, timestamp }: { report: PartnerReport; timestamp: number },
  found: Disagreements,
): void {
  const clock = clockAt(book, timestamp);
  const supply = supplyAt(book, clock);
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
    ['issuing key', book.issuingKey, report.issuingKey],
    ['exit', book.leaving, report.leaving],
    ['match', book.matchBps, report.matchBps],
    ['match budget', book.matchBudget, report.matchBudget],
    ['capacity of the mint allowance', book.allowance.capacity, report.mintCapacity],
    ['window of the mint allowance', book.allowance.window, report.mintWindow],
    ['mint allowance', availableAt(book.allowance, timestamp), report.mintAvailable],
    ['members’ fund’s share', book.breakage.fundBps, report.breakage.fundBps],
    ['charity’s share', book.breakage.charityBps, report.breakage.charityBps],
    ['charity of breakage', book.breakage.charity, report.breakage.charity],
    ['breakage', book.breakage.freed, report.breakage.freed],
    ['breakage for the members’ fund', book.breakage.toFund, report.breakage.toFund],
    ['breakage for a charity', book.breakage.toCharity, report.breakage.toCharity],
  ];
  for (const [what, expected, seen] of figures) found.expectSame(what, book.name, { expected, found: seen });
  compareRecorded(book, { report, timestamp }, found);
}

/** Epochs in which nothing expired are passed over without an event, so the last recorded one is only known by its bounds. */
function compareRecorded(
  book: PartnerBook,
  { report, timestamp }: { report: PartnerReport; timestamp: number },
  found: Disagreements,
): void {
  const { through } = report.breakage;
  const clock = clockAt(book, timestamp);
  rollBook(book, clock);
  const latest = Math.max(clock.epoch - clock.validity, book.breakage.through);
  if (through < book.breakage.through || through > latest)
    found.add('last epoch of breakage', book.name, {
      expected: `${book.breakage.through} to ${latest}`,
      found: through,
    });
  for (const epoch of unrecordedEpochs(book, through))
    found.add('breakage recorded', book.name, { expected: `that of epoch ${epoch}`, found: 'none' });
}

/** Compares every account's word and balance, in chunks. `onAccounts` is told how many are done. Throws viem's errors. */
export async function compareAccounts(
  books: Books,
  { client, block, onAccounts }: Omit<ViewSource, 'held'> & { onAccounts: (done: number) => void },
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
  const token = { abi: PointsTokenAbi, address: book.token } as const;
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
