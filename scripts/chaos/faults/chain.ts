/** Chains that stop, forget and change their minds, and endpoints that are behind or lie: 5, 6, 13 to 16 of the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hex } from 'viem';
import { privateKeySigner } from '../../../backend/relay/signer.ts';
import { lagging, type RpcRule } from '../../../test/helpers/faulty-rpc.ts';
import { memberOf } from '../../bench/network.ts';
import { type Fault, type Load, underLoad } from '../fault.ts';
import type { Program } from '../program.ts';
import { CONFIRMATIONS, type World } from '../world.ts';

const BEHIND = 50n;
const ETHER = 10n ** 18n;
const REORGS = 3;

/** Breaks something of the chain while one program works. */
const onChain =
  (breaking: (world: World, load: Load, program: Program) => Promise<unknown>): Fault['run'] =>
  async (world, { purchases }) => {
    const program = await world.open();
    return underLoad(world, { purchases, programs: [program] }, (load) => breaking(world, load, program));
  };

const forgottenMempool = onChain(async (world, { reached }) => {
  await reached(0.2);
  await world.stopMining();
  for (let time = 0; time < 6; time++) {
    await sleep(400);
    await world.rpc('anvil_dropAllTransactions');
  }
  world.startMining();
});

const noBlocks = onChain(async (world, { reached }) => {
  await reached(0.2);
  await world.stopMining();
  await sleep(5_000);
  world.startMining();
});

/** Replaces the newest blocks by empty ones, or by what `fill` puts in. */
async function reorg(
  world: World,
  depth: number,
  fill: () => Promise<readonly (readonly [Hex, number])[]> = async () => [],
): Promise<void> {
  await world.stopMining();
  const head = Number(await world.rpc<Hex>('eth_blockNumber'));
  if (head > depth) await world.rpc('anvil_reorg', depth, await fill());
  world.startMining();
}

const reorgs = (depth: number): Fault => ({
  name: `reorg-${depth}`,
  of: 13,
  what:
    depth > CONFIRMATIONS
      ? `three times the newest ${depth} blocks vanish, one more than finality waits for`
      : `three times the newest ${depth} blocks vanish with all that is in them`,
  run: onChain(async (world, { reached }) => {
    for (let time = 1; time <= REORGS; time++) {
      await reached((0.8 * time) / REORGS);
      await reorg(world, depth);
    }
  }),
});

/** The raw transactions of the newest blocks, each to be put into the last of as many new ones. */
async function rawOfNewest({ rpc }: World, depth: number): Promise<(readonly [Hex, number])[]> {
  const head = Number(await rpc<Hex>('eth_blockNumber'));
  const found: (readonly [Hex, number])[] = [];
  for (let number = head - depth + 1; number <= head; number++) {
    const tag = `0x${number.toString(16)}`;
    const { transactions } = await rpc<{ transactions: Hex[] }>('eth_getBlockByNumber', tag, false);
    for (const hash of transactions) {
      const raw = await rpc<Hex | null>('eth_getRawTransactionByHash', hash);
      if (raw) found.push([raw, depth - 1]);
    }
  }
  return found;
}

const reminedElsewhere = onChain(async (world, { reached }) => {
  for (let time = 1; time <= REORGS; time++) {
    await reached((0.8 * time) / REORGS);
    await reorg(world, 3, () => rawOfNewest(world, 3));
  }
});

const batchVanished = onChain(async (world, { reached }) => {
  for (let time = 1; time <= REORGS; time++) {
    await reached((0.8 * time) / REORGS);
    await reorg(world, 2);
    await world.rpc('anvil_dropAllTransactions');
  }
});

/** Programs with three endpoints, of which one is bad at a time. */
const withEndpoints =
  (bad: (world: World) => RpcRule): Fault['run'] =>
  async (world, { purchases }) => {
    await world.rpc('anvil_mine', `0x${(BEHIND + 20n).toString(16)}`);
    const program = await world.open({ endpoints: 3 });
    return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
      for (const [index, rpc] of program.rpcs.entries()) {
        rpc.rule = bad(world);
        await reached((index + 1) / program.rpcs.length);
        rpc.rule = undefined;
      }
    });
  };

const laggingRule = ({ rpc }: World, blocks: () => bigint): RpcRule =>
  lagging(({ method, params }) => rpc(method, ...params), blocks);

/** One address behind which two nodes take turns, one of them far behind. */
const alternatingEndpoint: Fault['run'] = async (world, { purchases }) => {
  await world.rpc('anvil_mine', `0x${(BEHIND + 20n).toString(16)}`);
  const program = await world.open();
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
    program.rpc.rule = laggingRule(world, () => (world.random() < 0.5 ? BEHIND : 0n));
    await reached(0.9);
    program.rpc.rule = undefined;
  });
};

type Fields = Record<string, unknown>;

/** Leaves logs out, says that transactions reverted, and that blocks are others. */
const lies: RpcRule = ({ method }) => {
  if (method === 'eth_getLogs') return { lie: (logs) => (logs as unknown[]).slice(1) };
  if (method === 'eth_getTransactionReceipt')
    return { lie: (receipt) => receipt && { ...(receipt as Fields), status: '0x0' } };
  if (method === 'eth_getTransactionCount') return { lie: () => '0x0' };
  return undefined;
};

const missingLogs: RpcRule = ({ method }) => (method === 'eth_getLogs' ? { lie: () => [] } : undefined);

const noGas = onChain(async (world, { reached }) => {
  const { address } = privateKeySigner(world.relayKey);
  await reached(0.2);
  await world.rpc('anvil_setBalance', address, '0x0');
  await sleep(4_000);
  await world.rpc('anvil_setBalance', address, `0x${(100n * ETHER).toString(16)}`);
});

/** The signer's own key, used elsewhere for the next nonce, three times. */
const foreignNonce = onChain(async (world, { reached }) => {
  const signer = privateKeySigner(world.relayKey);
  const { chainId } = world.deployment;
  const fees = { maxFeePerGas: 300n * 10n ** 9n, maxPriorityFeePerGas: 100n * 10n ** 9n };
  for (const share of [0.2, 0.5, 0.8]) {
    await reached(share);
    await world.stopMining();
    const nonce = Number(await world.rpc<Hex>('eth_getTransactionCount', signer.address, 'latest'));
    const call = { chainId, nonce, to: memberOf(0), data: '0x', gas: 21_000n, ...fees } as const;
    const { raw } = await signer.signTransaction(call);
    await world.rpc('eth_sendRawTransaction', raw).catch(() => undefined);
    world.startMining();
  }
});

export const CHAIN_FAULTS: readonly Fault[] = [
  {
    name: 'forgotten-mempool',
    of: 5,
    what: 'the node forgets every waiting transaction, again and again',
    run: forgottenMempool,
  },
  { name: 'no-blocks', of: 6, what: 'no block for five seconds', run: noBlocks },
  ...[1, 3, CONFIRMATIONS - 1, CONFIRMATIONS + 1].map(reorgs),
  {
    name: 'remined-elsewhere',
    of: 13,
    what: 'the newest three blocks vanish, and their transactions are in a later one',
    run: reminedElsewhere,
  },
  {
    name: 'batch-vanished',
    of: 13,
    what: 'blocks vanish, and their transactions are not even waiting any more',
    run: batchVanished,
  },
  {
    name: 'stale-endpoint',
    of: 14,
    what: 'of three endpoints one after the other is 50 blocks behind',
    run: withEndpoints((world) => laggingRule(world, () => BEHIND)),
  },
  {
    name: 'alternating-endpoint',
    of: 14,
    what: 'the only endpoint answers every other question from 50 blocks ago',
    run: alternatingEndpoint,
  },
  {
    name: 'missing-logs',
    of: 14,
    what: 'of three endpoints one after the other knows no logs',
    run: withEndpoints(() => missingLogs),
  },
  {
    name: 'lying-endpoint',
    of: 14,
    what: 'of three endpoints one after the other leaves logs out and says that transactions reverted',
    run: withEndpoints(() => lies),
  },
  { name: 'no-gas', of: 15, what: 'the signer has no ether for four seconds', run: noGas },
  {
    name: 'foreign-nonce',
    of: 16,
    what: 'somebody else uses the signer’s key for its next nonce, three times',
    run: foreignNonce,
  },
];
