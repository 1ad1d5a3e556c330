/**
 * A whole network for tests of the engine: a real chain whose blocks the test makes, the real contracts, a database of its own, three brands
 * with money and a charity. Processes are made on it at will, and each may be given a way to die or a network that loses answers.
 */
import { Registry } from 'prom-client';
import {
  type Address,
  createPublicClient,
  custom,
  encodeFunctionData,
  type Hex,
  numberToHex,
  type PublicClient,
} from 'viem';
import { CoalitionAbi, DemoDollarAbi } from '../../artifacts/abi.ts';
import { queueActs } from '../../backend/acts/queue-acts.ts';
import { openChain } from '../../backend/chain/open-chain.ts';
import { type Config, type ConfigInput, parseConfig } from '../../backend/config.ts';
import { openDatabase } from '../../backend/database/database.ts';
import { createFollower } from '../../backend/indexer/follow-chain.ts';
import { closeBatches } from '../../backend/issuance/close-batches.ts';
import { queueBatches } from '../../backend/issuance/queue-batches.ts';
import { queueKeyChanges } from '../../backend/member-keys/queue-key-changes.ts';
import { enrolAccounts } from '../../backend/members/enrol-accounts.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../backend/partners/set-programme.ts';
import { hashPurchase } from '../../backend/purchases/purchase.ts';
import { createPurchaseRecorder } from '../../backend/purchases/purchase-recorder.ts';
import { queueRefunds } from '../../backend/refunds/queue-refunds.ts';
import { createLaneWorker } from '../../backend/relay/run-relay.ts';
import { privateKeySigner, type Signer } from '../../backend/relay/signer.ts';
import { systemClock } from '../../backend/shared/clock.ts';
import type { Deps } from '../../backend/shared/deps.ts';
import { NO_HINTS } from '../../backend/shared/hints.ts';
import { createLogger } from '../../backend/shared/logger.ts';
import { MinorUnits, Points } from '../../backend/shared/units.ts';
import { deployCoalitionDirectly } from '../../scripts/deploy/deploy-directly.ts';
import type { Deployment } from '../../scripts/deploy/deployment.ts';
import { type BlockProducer, produceBlocks } from '../../scripts/embedded/block-producer.ts';
import { startChain } from '../../scripts/embedded/chain.ts';
import { connectRpc, type Rpc } from '../../scripts/embedded/chain-rpc.ts';
import { freshDatabase } from './database.ts';

/** Anvil's second account: it sends, and has the issuer role. */
export const RELAY_KEY: Hex = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
const RECEIPT_KEY: Hex = `0x${'5e'.repeat(32)}`;
/** A dead process's lane is free after this long. */
export const TEST_LEASE_MS = 250;
const USD = 1_000_000n;

/** How a process reaches the world: everything it asks of chain or database goes through `guard`. */
export type Guard = <T>(what: string, ask: () => Promise<T>) => Promise<T>;
const straight: Guard = (_what, ask) => ask();

/** One process of the network, turned by hand. */
export interface EngineProcess {
  readonly deps: Deps;
  /** Close and queue batches. */
  issue(): Promise<boolean>;
  /** Sign and send. */
  relay(): Promise<boolean>;
  /** Apply what the chain has. */
  index(): Promise<boolean>;
  /** Gives up the lane and the connections. */
  stop(): Promise<void>;
}

export interface EngineNetwork {
  readonly rpc: Rpc;
  readonly url: string;
  readonly databaseUrl: string;
  readonly deployment: Deployment;
  readonly people: { governor: Address; guardian: Address; admin: Address; payout: Address };
  /** The process that sets things up and asks questions; it turns nothing by itself. */
  readonly deps: Deps;
  process(options?: {
    guard?: Guard;
    config?: Partial<ConfigInput>;
    logLevel?: string;
    signer?: Signer;
  }): EngineProcess;
  /** Starts and stops the making of blocks. */
  startMining(): void;
  stopMining(): Promise<void>;
  mine(blocks?: number): Promise<void>;
  /** Sends a transaction of an unlocked account and waits for its block. */
  call(from: Address, to: Address, data: Hex): Promise<void>;
  deposit(partner: number, amount: bigint): Promise<void>;
  /** Records purchases that earn `points` each, through the real recorder. */
  earn(partner: number, sales: readonly { account: Address; points: bigint }[]): Promise<void>;
  /** Turns a process, makes blocks and indexes until nothing is on its way. @throws Error after `ms` */
  drain(process: EngineProcess, ms?: number): Promise<void>;
  stop(): Promise<void>;
}

export const AURORA = 1;
export const BOREAL = 2;
/** A brand without money. */
export const CINDER = 3;
export const WOODLAND = 1;

/** What the issuer role may mint for each brand: all that a brand can have, again every second. */
const MINT_CAPACITY = 2 ** 48 - 1;
const CALL_GAS = 3_000_000;

const BRANDS = [
  {
    name: 'Aurora',
    transferable: false,
    symbol: 'AUR',
    value: 10_000,
    quartersPerEpoch: 1,
    validity: 4,
    deposit: 1_000_000n * USD,
  },
  {
    name: 'Boreal',
    transferable: true,
    symbol: 'BOR',
    value: 4_000,
    quartersPerEpoch: 2,
    validity: 2,
    deposit: 1_000_000n * USD,
  },
  {
    name: 'Cinder',
    transferable: false,
    symbol: 'CIN',
    value: 1_000,
    quartersPerEpoch: 4,
    validity: 1,
    deposit: 0n,
  },
];

/** An account of no one in particular, the same for the same number. */
export const accountOf = (number: number): Address =>
  `0x${(0xa000_0000 + number).toString(16).padStart(40, '0')}`;

function clientsOver(clients: readonly PublicClient[], guard: Guard, chainId: number) {
  const endpoints = clients.map((client) =>
    createPublicClient({
      cacheTime: 0,
      pollingInterval: 20,
      transport: custom(
        {
          request: (args: { method: string; params?: unknown }) =>
            guard(`rpc ${args.method}`, () => client.request(args as never)),
        },
        { retryCount: 0 },
      ),
    }),
  );
  const [first] = endpoints;
  if (!first) throw new Error(`no endpoint of chain ${chainId}`);
  return { chain: first, endpoints };
}

/** The pool, with every statement passed through the guard; a connection that dies takes its transaction with it. */
function guardPool(pool: Deps['pool'], guard: Guard): Deps['pool'] {
  const name = (text: unknown) =>
    `sql ${String((text as { text?: string }).text ?? text)
      .trim()
      .slice(0, 60)}`;
  const guarded = <Target extends object>(target: Target, isClient: boolean): Target =>
    new Proxy(target, {
      get(object, key) {
        const value: unknown = Reflect.get(object, key, object);
        if (typeof value !== 'function') return value;
        const call = (args: unknown[]): Promise<never> => Reflect.apply(value, object, args);
        if (key === 'query') return (...args: unknown[]) => guard(name(args[0]), () => call(args));
        if (key === 'connect' && !isClient)
          return async () => {
            let client: object | null = null;
            try {
              return await guard('sql connect', async () => {
                client = await call([]);
                return guarded<object>(client, true);
              });
            } catch (error) {
              // A process that died before it heard of its connection breaks it nevertheless.
              (client as { release(broken: boolean): void } | null)?.release(true);
              throw error;
            }
          };
        return value.bind(object);
      },
    });
  return guarded(pool, false);
}

export async function openEngine(given: Partial<ConfigInput> = {}): Promise<EngineNetwork> {
  const chain = await startChain({ blockEveryMs: 0 });
  const rpc = connectRpc(chain.url);
  let producer: BlockProducer | null = null;
  const startMining = () => {
    producer ??= produceBlocks(rpc, { everyMs: 10, confirmations: 2, heartbeatMs: 3_600_000 });
  };
  const stopMining = async () => {
    await producer?.stop();
    producer = null;
  };
  startMining();
  const accounts = (await rpc<Address[]>('eth_accounts')) as Address[];
  const [deployer, relay, governor, guardian, admin, payout] = accounts as [
    Address,
    ...Address[],
  ] as Address[] & {
    length: 6;
  };
  if (!deployer || !relay || !governor || !guardian || !admin || !payout) throw new Error('too few accounts');
  const signerAddress = privateKeySigner(RELAY_KEY).address;
  const receiptSigner = privateKeySigner(RECEIPT_KEY).address;
  const deployment = await deployCoalitionDirectly({
    rpcUrl: chain.url,
    governor,
    issuer: signerAddress,
    guardian,
    receiptSigner,
  });
  const databaseUrl = await freshDatabase();
  const { coalition, stablecoin } = deployment;
  const configOf = (more: Partial<ConfigInput> = {}): Config =>
    parseConfig({
      databaseUrl,
      databaseConnections: 6,
      rpcUrls: [chain.url],
      chainId: deployment.chainId,
      coalition,
      stablecoin,
      deployedAtBlock: deployment.deployedAtBlock,
      confirmations: 2,
      receiptKey: RECEIPT_KEY,
      relayKeys: [RELAY_KEY],
      logLevel: 'silent',
      batchIntervalMs: 1,
      pollIntervalMs: 20,
      ...given,
      ...more,
    });

  const closers: (() => Promise<void>)[] = [];
  const openDeps = (
    guard: Guard,
    more: Partial<ConfigInput> = {},
  ): { deps: Deps; close: () => Promise<void> } => {
    const config = configOf(more);
    const database = openDatabase({
      url: databaseUrl,
      maxConnections: config.databaseConnections,
      onError: () => {},
    });
    const opened = openChain({ rpcUrls: config.rpcUrls, chainId: config.chainId });
    const clients = guard === straight ? opened : clientsOver(opened.endpoints, guard, config.chainId);
    const deps: Deps = {
      config,
      network: { chainId: config.chainId, coalition: config.coalition },
      prisma: database.prisma,
      pool: guard === straight ? database.pool : guardPool(database.pool, guard),
      ...clients,
      hints: NO_HINTS,
      clock: systemClock,
      logger: createLogger({ level: config.logLevel }),
      metrics: new Registry(),
    };
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= database.close();
      return closing;
    };
    closers.push(close);
    return { deps, close };
  };
  const { deps } = openDeps(straight);

  const call: EngineNetwork['call'] = async (from, to, data) => {
    // Not the node's estimate: in a later second, what refills or expires writes more.
    const hash = await rpc<Hex>('eth_sendTransaction', { from, to, data, gas: numberToHex(CALL_GAS) });
    for (;;) {
      const receipt = await rpc<{ status: Hex } | null>('eth_getTransactionReceipt', hash);
      if (receipt?.status === '0x1') return;
      if (receipt) throw new Error(`${hash} reverted`);
      if (!producer) await rpc('evm_mine');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const hub = (from: Address, functionName: string, args: unknown[]) =>
    call(from, coalition, encodeFunctionData({ abi: CoalitionAbi, functionName, args } as never));
  const deposit: EngineNetwork['deposit'] = async (partner, amount) => {
    const dollar = (functionName: 'mint' | 'approve', to: Address) =>
      call(
        deployer,
        stablecoin,
        encodeFunctionData({ abi: DemoDollarAbi, functionName, args: [to, amount] }),
      );
    await dollar('mint', deployer);
    await dollar('approve', coalition);
    await hub(deployer, 'deposit', [partner, amount]);
  };
  for (const [
    index,
    { name, symbol, value, quartersPerEpoch, validity, transferable, deposit: money },
  ] of BRANDS.entries()) {
    const terms = {
      name,
      symbol,
      admin,
      quartersPerEpoch,
      validity,
      transferable,
      value,
      coverageBps: 10_000,
      fundBps: 0,
      charityBps: 0,
      breakageCharity: 0,
    };
    await hub(governor, 'addPartner', [terms]);
    const partnerId = index + 1;
    await hub(admin, 'setMintAllowance', [partnerId, MINT_CAPACITY, 1]);
    if (money > 0n) await deposit(partnerId, money);
    const earning = { points: 1n, perMinor: 1n, currency: 'USD' };
    const programme = { partnerId, slug: name.toLowerCase(), colour: '#7c3aed', earning };
    await setProgramme(deps.prisma, { programme, actor: 'test' });
  }
  await hub(governor, 'addCharity', ['Woodland', payout]);
  const recorder = createPurchaseRecorder(deps);
  const { id: keyId } = await (async () => {
    await createApiKey(deps.prisma, { partnerId: AURORA, name: 'till', scopes: ['till'], actor: 'test' });
    return deps.prisma.apiKey.findFirstOrThrow();
  })();
  let sales = 0;

  const earn: EngineNetwork['earn'] = async (partnerId, list) => {
    await enrolAccounts(deps, [...new Set(list.map(({ account }) => account))]);
    await Promise.all(
      list.map(({ account, points }) => {
        const sale = { account, amount: MinorUnits.of(points), currency: 'USD', occurredAt: new Date() };
        const purchaseId = `sale-${++sales}`;
        const bodyHash = hashPurchase(sale);
        return recorder.record({
          partnerId,
          purchaseId,
          bodyHash,
          actor: `key:${keyId}`,
          points: Points.of(points),
          ...sale,
        });
      }),
    );
  };

  const makeProcess: EngineNetwork['process'] = ({
    guard = straight,
    config,
    signer = privateKeySigner(RELAY_KEY),
  } = {}) => {
    const own = openDeps(guard, config);
    const worker = createLaneWorker(own.deps, signer, {
      leaseMs: TEST_LEASE_MS,
      stuckMs: 300,
    });
    const follower = createFollower(own.deps);
    return {
      deps: own.deps,
      issue: async () => {
        const closed = await closeBatches(own.deps);
        return (await queueBatches(own.deps)) > 0 || closed > 0;
      },
      relay: () => worker.turn(),
      index: () => follower.step(),
      stop: async () => {
        await worker.release().catch(() => {});
        await own.close();
      },
    };
  };

  const drain: EngineNetwork['drain'] = async (process, ms = 20_000) => {
    const deadline = Date.now() + ms;
    for (;;) {
      await process.issue();
      // Again and again, as the program does: a dead process's locks outlive it by a moment.
      await queueActs(process.deps);
      await queueKeyChanges(process.deps);
      await queueRefunds(process.deps);
      await process.relay();
      if (!producer && BigInt((await rpc<{ pending: Hex }>('txpool_status')).pending) > 0n)
        await rpc('evm_mine');
      while (await process.index());
      const { rows } = await deps.pool.query(
        `SELECT (SELECT count(*) FROM accruals WHERE batch_id IS NULL) AS open,
           (SELECT count(*) FROM issuance_batches WHERE status <> 'final') AS batches,
           (SELECT count(*) FROM relay_transactions WHERE status NOT IN ('final', 'failed')) AS transactions,
           (SELECT count(*) FROM acts WHERE status IN ('queued', 'sent', 'mined')) AS acts,
           (SELECT count(*) FROM refunds WHERE status IN ('ready', 'queued', 'sent', 'mined')) AS refunds`,
      );
      const left = rows[0];
      if (Object.values(left).every((count) => count === 0n)) return;
      if (Date.now() > deadline)
        throw new Error(
          `not drained: ${JSON.stringify(left, (_k, v) => (typeof v === 'bigint' ? Number(v) : v))}`,
        );
      // Final means blocks on top, and an idle chain makes none by itself.
      if (!producer && left.open === 0n && (await mined())) await rpc('evm_mine');
    }
  };
  const mined = async () =>
    ((await deps.pool.query(`SELECT FROM relay_transactions WHERE status = 'mined' LIMIT 1`)).rowCount ?? 0) >
    0;

  return {
    rpc,
    url: chain.url,
    databaseUrl,
    deployment,
    people: { governor, guardian, admin, payout },
    deps,
    process: makeProcess,
    startMining,
    stopMining,
    mine: async (blocks = 1) => {
      for (let block = 0; block < blocks; block++) await rpc('evm_mine');
    },
    call,
    deposit,
    earn,
    drain,
    async stop() {
      await stopMining();
      await recorder.stop();
      await Promise.all(closers.map((close) => close().catch(() => {})));
      await chain.stop();
    },
  };
}

/** What the chain says an account holds of a brand. */
export async function balanceOf({ deps }: EngineNetwork, partner: number, account: Address): Promise<bigint> {
  const hub = { address: deps.network.coalition, abi: CoalitionAbi } as const;
  const { token } = await deps.chain.readContract({ ...hub, functionName: 'partnerReport', args: [partner] });
  const abi = [
    {
      type: 'function',
      name: 'balanceOf',
      stateMutability: 'view',
      inputs: [{ name: 'account', type: 'address' }],
      outputs: [{ type: 'uint256' }],
    },
  ] as const;
  return deps.chain.readContract({ address: token, abi, functionName: 'balanceOf', args: [account] });
}

/** What the chain says a brand's live supply is. */
export async function supplyOf({ deps }: EngineNetwork, partner: number): Promise<bigint> {
  const hub = { address: deps.network.coalition, abi: CoalitionAbi } as const;
  return (await deps.chain.readContract({ ...hub, functionName: 'partnerReport', args: [partner] })).supply;
}
