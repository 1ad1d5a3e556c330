import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/** How long one check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 3_000;
/** How many blocks the indexer may be behind the chain's head. */
const MAX_LAG_BLOCKS = 50n;

/** Whether this process can do its work, and what each thing that it needs says. */
export interface Readiness {
  readonly ready: boolean;
  readonly database: 'ok' | string;
  readonly chain: 'ok' | string;
  /** Blocks between the chain's head and the newest indexed one; null while either is unknown. */
  readonly indexerLag: string | null;
  readonly alarm: string | null;
}

/** Asks the database, the chain and the indexer's cursor, each for three seconds at most. */
export async function checkReadiness({
  prisma,
  chain,
  network,
}: Pick<Deps, 'prisma' | 'chain' | 'network'>): Promise<Readiness> {
  const [cursor, head, chainId] = await Promise.allSettled([
    inTime(prisma.indexerCursor.findUnique({ where: { id: 1 } })),
    inTime(chain.getBlockNumber()),
    inTime(chain.getChainId()),
  ]);
  const database = cursor.status === 'fulfilled' ? 'ok' : 'does not answer';
  const rightChain = chainId.status === 'fulfilled' && chainId.value === network.chainId;
  const answers = head.status === 'fulfilled' && chainId.status === 'fulfilled';
  const chainState = !answers ? 'does not answer' : rightChain ? 'ok' : `is chain ${chainId.value}`;
  const indexed = cursor.status === 'fulfilled' ? cursor.value : null;
  const lag = indexed && head.status === 'fulfilled' ? head.value - indexed.number : null;
  const alarm = indexed?.alarm ?? null;
  const current = lag !== null && lag <= MAX_LAG_BLOCKS;
  return {
    ready: database === 'ok' && chainState === 'ok' && current && alarm === null,
    database,
    chain: chainState,
    indexerLag: lag?.toString() ?? null,
    alarm,
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DomainError('NOT_READY')), CHECK_TIMEOUT_MS);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
