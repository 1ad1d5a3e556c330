import { type Address, createPublicClient, type Hex, http, keccak256, toHex } from 'viem';
import { encodeIssue } from '../../backend/issuance/issuance-batch.ts';
import { Points } from '../../backend/shared/units.ts';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import { awaitMinted } from './await-minted.ts';
import {
  type BenchNetwork,
  memberOf,
  perSecond,
  ratioOf,
  runName,
  saleOf,
  tell,
  withBenchNetwork,
} from './network.ts';
import { sendBulk } from './send-bulk.ts';
import { runSignerLoop } from './signer-loop.ts';

/** What `bench -- pipeline --json` prints. Speeds are purchases a second, from the first one sent to the last one minted. */
export interface PipelineResult {
  readonly issuedPerS: number;
  readonly signerLoopPerS: number;
  readonly ratio: number;
  /** Points that members have too many, and too few. */
  readonly doubled: number;
  readonly lost: number;
}

const BATCH_MEMBERS = 500;
const GAS = 15_000_000n;

type Chain = NonNullable<BenchNetwork['chain']>;

/** The whole program in one process, then the same number of mints to as many members by a loop that only signs, sends and waits. */
export function benchPipeline({
  count,
  members,
}: {
  count: number;
  members: number;
}): Promise<PipelineResult> {
  return withBenchNetwork({ brands: 2, withChain: true }, async (network) => {
    const { chain } = network;
    if (!chain) throw new CommandFailure('There is no chain.');
    const program = await network.startProgram(['api', 'issuer', 'relay', 'indexer'], {
      BATCH_INTERVAL_MS: '250',
      POLL_INTERVAL_MS: '50',
    });
    const run = runName();
    const sales = Array.from({ length: count }, (_, index) => saleOf(index, { members, run }));
    const cpu = network.watchCpu();
    const points = sales.reduce((sum, { amount }) => sum + amount, 0);
    const began = performance.now();
    const sending = sendBulk(program.url, { key: network.tills[0] ?? '', sales });
    await Promise.all([sending, awaitMinted(network, points)]);
    const issuedPerS = perSecond(count, performance.now() - began);
    const acceptedPerS = perSecond(count, (await sending).milliseconds);
    tell({ ...(await network.conditions()), acceptedPerS, issuedPerS, ...cpu(count) });
    await program.stop();
    const { doubled, lost } = await compare(network, { chain, sales });
    const signerLoopPerS = perSecond(count, await runSignerLoop(network, loopCalls({ count, members })));
    return { issuedPerS, signerLoopPerS, ratio: ratioOf(issuedPerS, signerLoopPerS), doubled, lost };
  });
}

/** Every member's balance on the chain, against what the purchases earned. */
async function compare(
  { database: { pool } }: BenchNetwork,
  { chain, sales }: { chain: Chain; sales: readonly { member: Address; amount: number }[] },
): Promise<{ doubled: number; lost: number }> {
  const expected = new Map<Address, number>();
  for (const { member, amount } of sales) expected.set(member, (expected.get(member) ?? 0) + amount);
  const { rows } = await pool.query<{ token: Buffer }>('SELECT token FROM partners WHERE id = 1');
  const token = toHex(rows[0]?.token ?? Buffer.alloc(20));
  const client = createPublicClient({
    transport: http(chain.url, { batch: { batchSize: 500 }, timeout: 60_000 }),
  });
  const abi = [
    {
      type: 'function',
      name: 'balanceOf',
      stateMutability: 'view',
      inputs: [{ name: 'account', type: 'address' }],
      outputs: [{ type: 'uint256' }],
    },
  ] as const;
  const bar = startProgressBar('Balances');
  let [doubled, lost, checked] = [0, 0, 0];
  const all = [...expected];
  for (let from = 0; from < all.length; from += 500) {
    const some = all.slice(from, from + 500);
    const balances = await Promise.all(
      some.map(([member]) =>
        client.readContract({ address: token, abi, functionName: 'balanceOf', args: [member] }),
      ),
    );
    for (const [index, [, points]] of some.entries()) {
      const difference = Number(balances[index] ?? 0n) - points;
      doubled += Math.max(0, difference);
      lost += Math.max(0, -difference);
    }
    checked += some.length;
    bar.update(checked, all.length);
  }
  bar.stop();
  return { doubled, lost };
}

/** Batches of 500 mints of the second brand, to the same members. */
function loopCalls({ count, members }: { count: number; members: number }): { data: Hex; gas: bigint }[] {
  const calls: { data: Hex; gas: bigint }[] = [];
  for (let from = 0; from < count; from += BATCH_MEMBERS) {
    const size = Math.min(BATCH_MEMBERS, count - from);
    const mints = Array.from({ length: size }, (_, index) => ({
      account: memberOf((from + index) % members),
      amount: 100n,
    }));
    const batch = {
      id: 0n,
      partner: 2,
      number: BigInt(calls.length + 1),
      receiptsRoot: keccak256(toHex(from)),
      members: size,
      points: Points.of(size),
      mints,
    };
    calls.push({ data: encodeIssue([batch]), gas: GAS });
  }
  return calls;
}
