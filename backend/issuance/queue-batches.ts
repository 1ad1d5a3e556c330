import type { Address } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { revertToError } from '../chain/decode-revert.ts';
import { simulate } from '../chain/simulate.ts';
import { transact } from '../database/transact.ts';
import { tellOfBatches, tellOfPurchases } from '../events/tell-of-batches.ts';
import { countUnmined, enqueueTransaction } from '../relay/outbox.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { cutBatch } from './cut-batch.ts';
import { findIssuer } from './find-issuer.ts';
import {
  markQueued,
  markWaiting,
  type ReadyBatch,
  readInFlight,
  readMints,
  readReadyBatches,
  releaseFailed,
  settleTaken,
} from './issuance.repository.ts';
import {
  batchGas,
  encodeIssue,
  groupBatches,
  type Mint,
  type PartnerView,
  reasonToWait,
  TRANSACTION_GAS_LIMIT,
  transactionGasLimit,
} from './issuance-batch.ts';

/** Batches looked at in a turn. */
const BATCHES_AT_ONCE = 64;
/** With so many transactions without a block, further batches wait: they get larger meanwhile, which is cheaper. */
const UNMINED_LIMIT = 32;

type QueueDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'config' | 'logger'>;
type Go = ReadyBatch & { readonly mints: readonly Mint[] };

/**
 * Puts closed batches into the relay's outbox, several brands' in one transaction. A batch that the chain would refuse now waits with the
 * reason, with the brand's later ones behind it, and is looked at again at every turn; other brands go on. Returns how many were queued.
 */
export async function queueBatches(deps: QueueDeps): Promise<number> {
  const { pool, logger } = deps;
  await releaseFailed(pool);
  const batchesHeld = await holdTaken(deps);
  if (batchesHeld > 0)
    logger.error({ alarm: 'BATCH_NUMBER_TAKEN', batchesHeld }, 'The chain has batches that are unknown here');
  const batches = await readReadyBatches(pool, BATCHES_AT_ONCE);
  if (batches.length === 0 || (await countUnmined(pool)) >= UNMINED_LIMIT) return 0;
  const issuer = await findIssuer(deps);
  if (!issuer) return 0;
  const [inFlight, views] = [await readInFlight(pool), await readViews(deps)];
  const go: Go[] = [];
  for (const [partner, own] of Map.groupBy(batches, (batch) => batch.partner)) {
    const onTheWay = inFlight.filter((batch) => batch.partner === partner);
    go.push(...(await judge(deps, { batches: own, view: views.get(partner), onTheWay, issuer })));
  }
  if (go.length === 0) return 0;
  const { gasLimit } = await deps.chain.getBlock();
  return enqueue(deps, go, transactionGasLimit(gasLimit));
}

/** Returns how many batches wait from now on because the chain has given their numbers away. */
function holdTaken({ pool }: QueueDeps): Promise<number> {
  return transact(pool, async (tx) => {
    const { mined, held } = await settleTaken(tx, toReason(new DomainError('BATCH_NUMBER_TAKEN')));
    await tellOfPurchases(tx, mined, 'issued');
    await tellOfBatches(tx, held, 'waiting');
    return held.length;
  });
}

/** A brand is told of its batches whenever the reason is another, and of their purchases once. */
function makeWait({ pool }: QueueDeps, batches: readonly ReadyBatch[], refusal: DomainError): Promise<void> {
  return transact(pool, async (tx) => {
    const changed = await markWaiting(tx, batches, toReason(refusal));
    await tellOfBatches(
      tx,
      changed.map(({ id }) => id),
      'waiting',
    );
    await tellOfPurchases(
      tx,
      changed.filter(({ waited }) => !waited).map(({ id }) => id),
      'waiting',
    );
  });
}

/** All brands at one block. @throws DomainError CHAIN_UNAVAILABLE */
async function readViews({ chain, network }: QueueDeps): Promise<Map<number, PartnerView>> {
  const hub = { address: network.coalition, abi: CoalitionAbi } as const;
  const [reports, halted] = await Promise.all([
    chain.readContract({ ...hub, functionName: 'partnerReports' }),
    chain.readContract({ ...hub, functionName: 'halted' }),
  ]).catch((cause: unknown) => {
    throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  });
  return new Map(reports.map((report) => [report.partner, { ...report, halted: report.halted || halted }]));
}

interface Docket {
  readonly batches: readonly ReadyBatch[];
  readonly view: PartnerView | undefined;
  readonly onTheWay: readonly { number: bigint; points: bigint }[];
  readonly issuer: Address;
}

/** The batches of one brand that can go now, in order; the first that can't, and all behind it, are marked as waiting. */
async function judge(deps: QueueDeps, { batches, view, onTheWay, issuer }: Docket): Promise<Go[]> {
  if (!view) return [];
  const mints = await readMints(deps.pool, batches);
  const ahead = onTheWay.filter(({ number }) => number > view.lastBatch);
  let inFlight = ahead.reduce((sum, { points }) => sum + points, 0n);
  let last = ahead.at(-1)?.number ?? BigInt(view.lastBatch);
  const go: Go[] = [];
  for (const [index, batch] of batches.entries()) {
    // Its number is on the chain already and the indexer will say whose it is, or an earlier one is still to come back from a failure.
    if (batch.number !== last + 1n) break;
    const candidate = { ...batch, mints: mints.get(batch.id) ?? [] };
    // Behind batches on their way the number can't be simulated yet; coverage is judged with them in any case.
    const next = batch.number === BigInt(view.lastBatch) + 1n;
    const refusal =
      reasonToWait(batch, view, inFlight) ?? (next ? await refusalOf(deps, candidate, issuer) : null);
    if (refusal?.code === 'BATCH_NUMBER_TAKEN') break;
    if (refusal) {
      const cut = {
        batches: batches.slice(index),
        room: view.mintAvailable - inFlight,
        capacity: BigInt(view.mintCapacity),
      };
      // What is cut off goes at the next turn.
      if (refusal.code === 'MINT_ALLOWANCE_EXCEEDED' && (await cutBatch(deps, cut))) break;
      await makeWait(deps, batches.slice(index), refusal);
      break;
    }
    go.push(candidate);
    inFlight += batch.points;
    last = batch.number;
  }
  return go;
}

/** What the chain would say to a batch that is next in its sequence; null when it would mint it. */
async function refusalOf(deps: QueueDeps, batch: Go, from: Address): Promise<DomainError | null> {
  const gas = batchGas(batch) + TRANSACTION_GAS_LIMIT / 100n;
  const call = { from, to: deps.network.coalition, data: encodeIssue([batch]), gas };
  const simulation = await simulate(deps, call);
  return 'revert' in simulation ? revertToError(simulation.revert, 'BATCH_REFUSED') : null;
}

/** Outbox rows and the batches' new state in one database transaction; nothing when another process was first with any of them. */
async function enqueue({ pool, network }: QueueDeps, batches: readonly Go[], limit: bigint): Promise<number> {
  const groups = groupBatches(batches, limit);
  const taken = new DomainError('BATCH_REFUSED', { message: 'Another process queued one of the batches.' });
  const work = transact(pool, async (tx) => {
    for (const group of groups) {
      const data = encodeIssue(group.batches);
      const { gasLimit } = group;
      const id = await enqueueTransaction(tx, { kind: 'issuance', to: network.coalition, data, gasLimit });
      if (!(await markQueued(tx, group.batches, id))) throw taken;
    }
    return batches.length;
  });
  return work.catch((error: unknown) => {
    if (error === taken) return 0;
    throw error;
  });
}
