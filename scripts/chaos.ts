/** npm run chaos: breaks a network of its own in every way that is known to us, and counts what was doubled and what was lost. */
import { parseArgs } from 'node:util';
import { FAULTS } from './chaos/faults/index.ts';
import { runFaults } from './chaos/run-faults.ts';
import { CommandFailure, report } from './shared/failure.ts';

const USAGE = `npm run chaos -- [options]

  --fault NAME,…    these only; --list says what there is
  --seed N          what is left to chance: ids, choices, the order of faults (1); the machine's timing stays its own
  --purchases N     purchases sold while one thing is broken (200)
  --long            ten times as many, every place to die at, ten minutes of overload, a soak
  --json            one JSON array as the last line

It starts a PostgreSQL (with fsync on), and for each fault a chain and the program, whose endpoint and PostgreSQL lie and break as they are
told, and takes it all away again. Tills sell and repeat what was not answered; what they were answered is held against balances read from
the chain, the audit, and reconciliation. Progress is on stderr.
Exit code: 0 when nothing is doubled or lost and all of it recovered by itself, 1 otherwise.`;

const PURCHASES = 200;
const LONG_FACTOR = 10;

async function main(args: string[]): Promise<void> {
  const values = read(args);
  if (values.help) return console.log(USAGE);
  if (values.list) {
    for (const { name, of, what } of FAULTS)
      console.log(`${String(of).padStart(2)}  ${name.padEnd(24)} ${what}`);
    return;
  }
  const wanted = values.fault?.split(',').map((name) => name.trim());
  const unknown = wanted?.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) throw new CommandFailure(`There is no fault "${unknown}": see --list.`);
  const faults = FAULTS.filter(({ name }) => !wanted || wanted.includes(name));
  const purchases = numberOf('purchases', values.purchases) ?? (values.long ? LONG_FACTOR : 1) * PURCHASES;
  const seed = numberOf('seed', values.seed) ?? 1;
  const { outcomes, isWell } = await runFaults(faults, { seed, sizes: { purchases, isLong: values.long } });
  if (values.json) console.log(JSON.stringify(outcomes));
  if (!isWell) process.exitCode = 1;
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new CommandFailure(`--${name} is "${text}": give a number from 1 to 99999999.`);
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        fault: { type: 'string' },
        seed: { type: 'string' },
        purchases: { type: 'string' },
        long: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

await main(process.argv.slice(2)).catch(report);
