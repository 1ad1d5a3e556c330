/** npm run bench -- WHAT: measures the network against its budgets, against what others use, and against ceilings of the same run. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { CommandFailure, report } from './shared/failure.ts';

const USAGE = `npm run bench -- WHAT [options]

  gas               gas of every operation, beside plain OpenZeppelin contracts in the same run
    --hardfork NAME   osaka (default), or another that Hardhat knows, as amsterdam: no budgets there
  ingest            recording purchases: singles, a bulk stream, and the statement by itself
    --count N         purchases a phase (20000)    --members N  (10000)
  pipeline          purchases from the till to minted, and the same mints by a bare loop of one signer
    --count N         purchases (20000)            --members N  (10000)

  acts              signed redemptions from the API to mined, and as many by a bare loop of one signer
    --count N         acts (1000)
  read              what wallets and tills ask, while the tables grow to their full size, of 20 GB at most
    --count N         purchases (1000000)          --members N  (100000)

  web               the built pages in a browser: bytes before first use, accessibility, paint, shifts, taps
    --count N         loads of each page (5)

  --json            one JSON object as the last line

All but gas start a PostgreSQL (with fsync on), a chain and the program of their own and take them away again. Speeds are of this machine,
so each prints the ceiling that was measured in the same run, and the ratio; before it acceptance and drain, fsync, a block's gas limit, and
the CPU time of an item by process, which says more than the clock on a busy machine (Linux only). Progress, and the machine's load, are on stderr.
Exit code: 0 when it was measured (gas: when all is within its budget; pipeline: when nothing is doubled or lost), 1 otherwise.`;

interface Bench {
  /** What is measured unless `--count` and `--members` say otherwise. */
  readonly count: number;
  readonly members: number;
  run(sizes: { count: number; members: number }): Promise<object>;
}

/** What is measured on a network of its own, by name. */
const BENCHES: Readonly<Record<string, Bench>> = {
  ingest: {
    count: 20_000,
    members: 10_000,
    run: async (sizes) => (await import('./bench/bench-ingest.ts')).benchIngest(sizes),
  },
  pipeline: {
    count: 20_000,
    members: 10_000,
    run: async (sizes) => (await import('./bench/bench-pipeline.ts')).benchPipeline(sizes),
  },
  acts: {
    count: 1_000,
    members: 1_000,
    run: async (sizes) => (await import('./bench/bench-acts.ts')).benchActs(sizes),
  },
  web: {
    count: 5,
    members: 1,
    run: async ({ count }) => (await import('./bench/bench-web.ts')).benchWeb({ count }),
  },
  read: {
    count: 1_000_000,
    members: 100_000,
    run: async ({ count: purchases, members }) =>
      (await import('./bench/bench-read.ts')).benchRead({ purchases, members }),
  },
};

async function main(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  const [what = ''] = positionals;
  if (values.help) return console.log(USAGE);
  if (positionals.length === 1 && what === 'gas') return measureGas(values);
  const bench = Object.hasOwn(BENCHES, what) ? BENCHES[what] : undefined;
  if (!bench || positionals.length !== 1) throw new CommandFailure(`Say what to measure.\n\n${USAGE}`);
  const sizes = {
    count: sizeOf('count', values.count, bench.count),
    members: sizeOf('members', values.members, bench.members),
  };
  console.error(`Load before: ${loadavg()[0]?.toFixed(1)}; a busy machine makes all speeds lower.`);
  const result = await bench.run(sizes);
  if (!values.json)
    for (const [key, value] of Object.entries(result))
      console.log(`${key.padEnd(16)} ${JSON.stringify(value)}`);
  else console.log(JSON.stringify(result));
  const { doubled = 0, lost = 0 } = result as { doubled?: number; lost?: number };
  if (doubled > 0 || lost > 0) process.exitCode = 1;
}

async function measureGas({ hardfork, json }: { hardfork: string; json: boolean }): Promise<void> {
  const { benchGas } = await import('./bench/gas/bench-gas.ts');
  if (!(await benchGas({ hardfork, json }))) process.exitCode = 1;
}

function sizeOf(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new CommandFailure(`--${name} is "${text}": give a number from 1 to 99999999.`);
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        count: { type: 'string' },
        members: { type: 'string' },
        hardfork: { type: 'string', default: 'osaka' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

await main(process.argv.slice(2)).catch(report);
