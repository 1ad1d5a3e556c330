/**
 * The audit: recomputes every balance, supply, liability and reserve of a coalition from the chain's events alone, checks the
 * conservation laws, and compares the result with what the contracts say. It needs an RPC endpoint and an address, no more,
 * and runs in Node and in browsers.
 */
import { type Address, type Client, erc20Abi } from 'viem';
import { getBlock, getCode, readContract } from 'viem/actions';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { balanceAt } from '../protocol/account-word.ts';
import { AuditError } from './audit.errors.ts';
import { type Books, clockAt, coverageDown, liabilityOf, openBooks, supplyAt } from './books.ts';
import { type ChainLog, decodeHubLog, decodeKeyLog, decodeTokenLog } from './chain-event.ts';
import { checkLaws } from './check-laws.ts';
import { compareKeys } from './compare-keys.ts';
import { compareAccounts, compareLedgers } from './compare-views.ts';
import { type Disagreement, Disagreements } from './disagreements.ts';
import { findDeployment, readLogs } from './read-logs.ts';
import { type PlacedEvent, replayEvent } from './replay-event.ts';
import { closeTransaction } from './replay-points.ts';

/** One brand's figures: points, µUSD, and coverage in basis points (null when nothing is owed). Integers are decimal strings. */
export interface PartnerFigures {
  readonly name: string;
  readonly supply: string;
  readonly liability: string;
  readonly reserve: string;
  readonly coverage: number | null;
}

/** What an audit found at a block. `agrees` is true only if there is no disagreement at all. */
export interface AuditResult {
  readonly agrees: boolean;
  readonly block: number;
  readonly partners: PartnerFigures[];
  readonly disagreements: Disagreement[];
}

/** How far an audit is: blocks read, then accounts compared, each out of a total. */
export interface AuditProgress {
  readonly phase: 'blocks' | 'accounts';
  readonly done: number;
  readonly total: number;
}

/**
 * What to audit. Without `block` it is the newest one; `from` is where to begin, found out if left out (too late a block disagrees).
 * `onEvent` sees every event in chain order, and the books as they are before it. `logs` reads them from elsewhere than the endpoint
 * alone, from what has been read of it before for one.
 */
export interface AuditRequest {
  readonly client: Client;
  readonly coalition: Address;
  readonly block?: number;
  readonly from?: number;
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly onEvent?: (event: PlacedEvent, books: Books) => void;
  readonly logs?: typeof readLogs;
}

/** The whole audit, with the books that it kept and the findings, to which a caller may add its own before summing up again. */
export interface Audit {
  readonly result: AuditResult;
  readonly books: Books;
  readonly found: Disagreements;
  readonly block: { readonly number: number; readonly hash: string; readonly timestamp: number };
}

/**
 * Audits a coalition at one block.
 * @throws AuditError AUDIT_NO_COALITION, AUDIT_BLOCK_UNKNOWN, AUDIT_CHAIN_REORGANISED; viem's errors when the endpoint fails.
 */
export async function auditCoalition(request: AuditRequest): Promise<Audit> {
  const { client, coalition } = request;
  const pinned = await pinBlock(client, request.block);
  if (!(await getCode(client, { address: coalition, blockNumber: BigInt(pinned.number) }))) {
    throw new AuditError(
      'AUDIT_NO_COALITION',
      `There is no contract at ${coalition} in block ${pinned.number}. Check the address and the network.`,
    );
  }
  const found = new Disagreements();
  const books = openBooks();
  await replayChain(books, { ...request, to: pinned.number }, found);
  const held = await readHeld(request, pinned.number);
  checkLaws(books, { timestamp: pinned.timestamp, held }, found);

  const source = { client, coalition, block: pinned, held };
  await compareLedgers(books, source, found);
  await compareKeys(books, source, found);
  const total = [...books.partners.values()].reduce((sum, { accounts }) => sum + accounts.size, 0);
  await compareAccounts(
    books,
    { ...source, onAccounts: (done) => request.onProgress?.({ phase: 'accounts', done, total }) },
    found,
  );
  await ensureSameChain(client, pinned);
  return { result: summarise(books, { block: pinned, found }), books, found, block: pinned };
}

/** The figures of the books at a block. */
export function summarise(
  books: Books,
  { block, found }: { block: Audit['block']; found: Disagreements },
): AuditResult {
  const partners = [...books.partners.values()].map((book) => {
    const clock = clockAt(book, block.timestamp);
    const supply = supplyAt(book, clock);
    const liability = liabilityOf(book, clock.epoch, supply);
    const coverage = coverageDown(book.reserve, liability);
    const [live, owed, reserve] = [balanceAt(supply, clock), liability, book.reserve].map(String) as [
      string,
      string,
      string,
    ];
    return { name: book.name, supply: live, liability: owed, reserve, coverage };
  });
  return { agrees: found.count === 0, block: block.number, partners, disagreements: found.kept };
}

async function pinBlock(client: Client, wanted: number | undefined): Promise<Audit['block']> {
  const block = await getBlock(client, wanted === undefined ? {} : { blockNumber: BigInt(wanted) }).catch(
    (cause: unknown) => {
      if (cause instanceof Error && cause.name === 'BlockNotFoundError') {
        throw new AuditError(
          'AUDIT_BLOCK_UNKNOWN',
          `The endpoint does not know block ${wanted}. Ask for an older one.`,
          { cause },
        );
      }
      throw cause;
    },
  );
  return { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) };
}

async function replayChain(
  books: Books,
  request: AuditRequest & { to: number },
  found: Disagreements,
): Promise<void> {
  const { client, coalition, to, onProgress, onEvent, logs: read = readLogs } = request;
  const from = request.from ?? (await findDeployment(client, { address: coalition, to }));
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(to) } as const;
  const reports = await readContract(client, { ...hub, functionName: 'partnerReports' });
  const keys = (await readContract(client, { ...hub, functionName: 'memberKeys' })).toLowerCase() as Address;
  const addresses = [coalition, keys, ...reports.map(({ token }) => token)];
  for await (const { logs, through } of read(client, { addresses, from, to })) {
    for (const log of logs) {
      const decoded = readEvent(log, { hub: coalition.toLowerCase(), keys }, found);
      if (!decoded) continue;
      const event: PlacedEvent = Object.assign(decoded, placeOf(log));
      onEvent?.(event, books);
      replayEvent(books, event, found);
    }
    onProgress?.({ phase: 'blocks', done: through - from + 1, total: to - from + 1 });
  }
  closeTransaction(books, found);
}

/** Decodes a log; one that is not what its first topic says is named and left out. */
function readEvent(
  log: ChainLog,
  { hub, keys }: { hub: string; keys: Address },
  found: Disagreements,
): ReturnType<typeof decodeHubLog | typeof decodeKeyLog | typeof decodeTokenLog> {
  try {
    if (log.address === hub) return decodeHubLog(log);
    return log.address === keys ? decodeKeyLog(log) : decodeTokenLog(log);
  } catch {
    found.add('event that can be read', `block ${log.block}, log ${log.logIndex}`, {
      expected: `arguments of ${log.topics[0]}`,
      found: log.data,
    });
    return null;
  }
}

const placeOf = ({ block, logIndex, transaction, timestamp }: ChainLog) => ({
  block,
  logIndex,
  transaction,
  timestamp,
});

/** The stablecoin is asked itself: what the hub says that it holds proves nothing. */
async function readHeld({ client, coalition }: AuditRequest, block: number): Promise<bigint> {
  const blockNumber = BigInt(block);
  const stablecoin = await readContract(client, {
    abi: CoalitionAbi,
    address: coalition,
    functionName: 'stablecoin',
    blockNumber,
  });
  return readContract(client, {
    abi: erc20Abi,
    address: stablecoin,
    functionName: 'balanceOf',
    args: [coalition],
    blockNumber,
  });
}

async function ensureSameChain(client: Client, pinned: Audit['block']): Promise<void> {
  const { hash } = await getBlock(client, { blockNumber: BigInt(pinned.number) });
  if (hash === pinned.hash) return;
  throw new AuditError(
    'AUDIT_CHAIN_REORGANISED',
    `Block ${pinned.number} was replaced during the audit. Run it again, or audit an older block.`,
  );
}
