/** After a fault: waits until nothing is on its way, and holds the chain against what the tills were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, createPublicClient, http } from 'viem';
import { CoalitionAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import { auditCoalition } from '../../backend/audit/audit-coalition.ts';
import { openChain } from '../../backend/chain/open-chain.ts';
import { openDatabase } from '../../backend/database/database.ts';
import { reconcile } from '../../backend/reconciliation/reconcile.ts';
import { CommandFailure } from '../shared/failure.ts';
import type { Ledger } from './sell.ts';
import { BRANDS, type World } from './world.ts';

/** What the chain has of what was promised, in points; a purchase is a point. */
export interface Comparison {
  readonly issued: number;
  readonly doubled: number;
  readonly lost: number;
}

const DRAIN_WITHIN_MS = 120_000;
const OPEN = `SELECT (SELECT count(*) FROM accruals WHERE batch_id IS NULL)::int AS accruals,
  (SELECT count(*) FROM issuance_batches WHERE status <> 'final')::int AS batches,
  (SELECT count(*) FROM relay_transactions WHERE status NOT IN ('final', 'failed'))::int AS transactions,
  (SELECT count(*) FROM acts WHERE status IN ('queued', 'sent', 'mined'))::int AS acts`;

/** Waits until all that was accepted is final. @throws CommandFailure with what is left */
export async function awaitDrained({ pool }: Pick<World, 'pool'>, withinMs = DRAIN_WITHIN_MS): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left: Record<string, number> | null = await pool.query(OPEN).then(
      ({ rows }) => rows[0],
      () => null,
    );
    if (left && Object.values(left).every((count) => count === 0)) return;
    if (performance.now() > deadline)
      throw new CommandFailure(`It does not drain: ${left ? JSON.stringify(left) : 'the database is away'}.`);
    await sleep(50);
  }
}

/** Every promised balance, asked of the tokens themselves, and points of which nobody was told. */
export async function compare(world: World, ledger: Ledger): Promise<Comparison> {
  const client = createPublicClient({ transport: http(world.chainUrl, { batch: { batchSize: 500 } }) });
  const hub = { address: world.deployment.coalition, abi: CoalitionAbi } as const;
  const sums = { issued: 0, doubled: 0, lost: 0 };
  for (let partner = 1; partner <= BRANDS; partner++) {
    const { token, supply } = await client.readContract({
      ...hub,
      functionName: 'partnerReport',
      args: [partner],
    });
    const promises = [...ledger.promised].filter(([key]) => key.startsWith(`${partner}/`));
    const balances = await Promise.all(
      promises.map(([key]) => {
        const account = key.slice(key.indexOf('/') + 1) as Address;
        return client.readContract({
          address: token,
          abi: PointsTokenAbi,
          functionName: 'balanceOf',
          args: [account],
        });
      }),
    );
    let held = 0;
    for (const [index, [, points]] of promises.entries()) {
      const balance = Number(balances[index] ?? 0n);
      held += balance;
      sums.doubled += Math.max(0, balance - points);
      sums.lost += Math.max(0, points - balance);
    }
    // Points of accounts that nobody was promised anything for.
    sums.doubled += Math.max(0, Number(supply) - held);
    sums.issued += Number(supply);
  }
  return sums;
}

/** The audit from the chain's events alone, and the database's projections against the chain's views. @throws CommandFailure with what differs */
export async function mustAgree(world: World, databaseUrl = world.databaseUrl): Promise<void> {
  const { chainId, coalition } = world.deployment;
  const { chain } = openChain({ rpcUrls: [world.chainUrl], chainId });
  const { result } = await auditCoalition({ client: chain, coalition });
  const [first] = result.disagreements;
  if (!result.agrees) throw new CommandFailure(`The audit disagrees: ${JSON.stringify(first)}`);
  const database = openDatabase({ url: databaseUrl, maxConnections: 2, onError: () => {} });
  try {
    const deps = { pool: database.pool, chain, network: { chainId, coalition } };
    const { differences, block } = await reconcile(deps, { sample: 100_000, after: null });
    if (block === null) throw new CommandFailure('The database stands on another block than the chain.');
    if (differences.length > 0)
      throw new CommandFailure(`Database and chain differ: ${JSON.stringify(differences[0])}`);
  } finally {
    await database.close();
  }
}
