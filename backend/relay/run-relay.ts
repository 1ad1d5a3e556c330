import { randomUUID } from 'node:crypto';
import { Gauge } from 'prom-client';
import { quorumOf } from '../chain/ask-quorum.ts';
import { openSigner } from '../keys/open-signers.ts';
import type { Deps, Running } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { runLoop } from '../shared/loop.ts';
import { createBroadcaster } from './broadcast.ts';
import { countFrozen } from './freeze-lanes.ts';
import { readGasCosts } from './gas-costs.ts';
import {
  countUnmined,
  createLane,
  hasLane,
  holdLane,
  type Lease,
  readOutstanding,
  releaseLane,
  type TransactionKind,
} from './relay.repository.ts';
import { replaceStuck } from './replace-stuck.ts';
import { settleForeignNonces } from './settle-foreign-nonces.ts';
import { MAX_IN_FLIGHT, signQueued } from './sign-queued.ts';
import type { Signer } from './signer.ts';

/** A dead process's lane is free after this long. The fence, not the lease, is what keeps two holders apart. */
const LEASE_MS = 3_000;
/** How long blocks may pass a transaction over before it offers more. */
const STUCK_MS = 15_000;
/** A chain that lost blocks is noticed after this long, even when nothing is to be sent. */
const IDLE_LOOK_MS = 2_000;
/** For a metric only: amounts are kept in wei. */
const WEI_PER_ETHER = 1e18;
/** Mined transactions that a chain may have lost are sent again in groups of this many. */
const OUTSTANDING_LIMIT = 4 * MAX_IN_FLIGHT;

type LaneDeps = Pick<Deps, 'pool' | 'chain' | 'endpoints' | 'network' | 'logger' | 'config'>;

/** One signer's lane, as one process sees it. */
export interface LaneWorker {
  /** One turn: hold the lane, sign what is queued, send what has no block. True when something was signed. */
  turn(): Promise<boolean>;
  /** Gives the lane up. */
  release(): Promise<void>;
}

/** What a lane carries, and after how long without a sign of life another process takes it. */
export interface LaneOptions {
  readonly kinds?: readonly TransactionKind[];
  readonly leaseMs?: number;
  /** How long blocks may pass a transaction over before it offers more. */
  readonly stuckMs?: number;
}

/** Works one lane. Several processes may: the one with the lease does, the others wait. */
export function createLaneWorker(
  deps: LaneDeps,
  signer: Signer,
  {
    kinds = ['issuance', 'acts', 'refunds', 'keys'],
    leaseMs = LEASE_MS,
    stuckMs = STUCK_MS,
  }: LaneOptions = {},
): LaneWorker {
  const identity = {
    chainId: deps.network.chainId,
    signer: signer.address,
    owner: randomUUID(),
    leaseMs,
  };
  const broadcaster = createBroadcaster(deps);
  let lease: Lease | null = null;
  let heldAt = 0;
  let lookedAt = 0;
  let waiting: { hash: string; head: bigint } | null = null;

  const hold = async (): Promise<Lease | null> => {
    if (lease && Date.now() - heldAt < leaseMs / 3) return lease;
    heldAt = Date.now();
    const held = await holdLane(deps.pool, identity);
    if (held || (await hasLane(deps.pool, identity))) return held;
    const { accountNonce } = await readAccount(deps, signer);
    await createLane(deps.pool, { ...identity, nextNonce: accountNonce });
    return holdLane(deps.pool, identity);
  };

  return {
    async turn() {
      lease = await hold();
      if (!lease || lease.frozen !== null) return false;
      if ((await countUnmined(deps.pool)) === 0 && Date.now() - lookedAt < IDLE_LOOK_MS) return false;
      lookedAt = Date.now();
      const account = await readAccount(deps, signer);
      const { accountNonce } = account;
      const free = await settleForeignNonces(deps, { lease, signer, accountNonce });
      const signed = free ? await signQueued(deps, { lease, signer, kinds }) : 0;
      const outstanding = await readOutstanding(deps.pool, {
        lane: lease.lane,
        fromNonce: accountNonce,
        limit: OUTSTANDING_LIMIT,
      });
      await broadcaster.send(outstanding);
      const [next] = outstanding;
      if (!next) return signed > 0;
      if (waiting?.hash !== next.hash) waiting = { hash: next.hash, head: account.head };
      const movedBlocks = Number(account.head - waiting.head);
      return (await replaceStuck(deps, { lease, signer, next, movedBlocks, stuckMs })) || signed > 0;
    },
    async release() {
      if (lease) await releaseLane(deps.pool, lease);
      lease = null;
    },
  };
}

/**
 * The signer's nonce at the newest block, and that block: the highest that as many endpoints have reached as have to agree, or all that answer.
 * It decides only what is sent again.
 */
async function readAccount(
  { endpoints, config }: Pick<Deps, 'endpoints' | 'config'>,
  { address }: Signer,
): Promise<{ accountNonce: number; head: bigint }> {
  const answers = await Promise.allSettled(
    endpoints.map(async (endpoint) => {
      const head = await endpoint.getBlockNumber({ cacheTime: 0 });
      const params: [typeof address, 'latest'] = [address, 'latest'];
      return {
        accountNonce: Number(await endpoint.request({ method: 'eth_getTransactionCount', params })),
        head,
      };
    }),
  );
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  known.sort((a, b) => b.accountNonce - a.accountNonce || Number(b.head - a.head));
  const best = known[Math.min(quorumOf(config), known.length) - 1];
  if (best) return best;
  const failed = answers.find((answer) => answer.status === 'rejected');
  throw new DomainError('CHAIN_UNAVAILABLE', { cause: failed?.reason });
}

/** Works the lanes of all configured keys until stopped. */
export function runRelay(deps: Deps): Running {
  new Gauge({
    name: 'tessera_relay_unmined',
    help: 'Transactions without a block: queued or sent.',
    registers: [deps.metrics],
    async collect() {
      this.set(await countUnmined(deps.pool));
    },
  });
  new Gauge({
    name: 'tessera_gas_used_total',
    help: 'Gas of final transactions, by the brand for which they were sent.',
    labelNames: ['partner', 'kind'],
    registers: [deps.metrics],
    async collect() {
      this.reset();
      for (const cost of await readGasCosts(deps)) {
        const labels = { partner: cost.partner, kind: cost.kind };
        this.set(labels, Number(cost.gas));
        ether.set(labels, Number(cost.wei) / WEI_PER_ETHER);
      }
    },
  });
  const ether = new Gauge({
    name: 'tessera_gas_ether_total',
    help: 'Ether burned by final transactions, by the brand for which they were sent. Collected with tessera_gas_used_total.',
    labelNames: ['partner', 'kind'],
    registers: [deps.metrics],
  });
  new Gauge({
    name: 'tessera_relay_lanes_frozen',
    help: 'Lanes that send nothing until an operator unfreezes them.',
    registers: [deps.metrics],
    async collect() {
      this.set(await countFrozen(deps));
    },
  });
  const { pollIntervalMs: intervalMs } = deps.config;
  const lanes = deps.config.relayKeys.map((source, index) => {
    // The first key has the issuer role. One lane for all batches also keeps each brand's in the order of their numbers.
    const kinds: TransactionKind[] = index === 0 ? ['issuance', 'acts', 'refunds', 'keys'] : ['acts', 'keys'];
    let worker: LaneWorker | null = null;
    const turn = async () => {
      // At the first turn, and not before: a KMS may be away when the program starts.
      worker ??= createLaneWorker(deps, await openSigner(deps.config, source), { kinds });
      return worker.turn();
    };
    const onHint = (wake: () => void) => deps.hints.on('outbox', wake);
    const loop = runLoop('relay', turn, { intervalMs, logger: deps.logger, onHint });
    return { loop, release: async () => worker?.release() };
  });
  return {
    async stop() {
      await Promise.all(lanes.map(({ loop }) => loop.stop()));
      await Promise.all(lanes.map(({ release }) => release()));
    },
  };
}
