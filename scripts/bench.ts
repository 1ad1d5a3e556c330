/** npm run bench -- WHAT: measures the network against its budgets and against what others use. */
import { parseArgs } from 'node:util';
import { benchGas } from './bench/gas/bench-gas.ts';
import { CommandFailure, report } from './shared/failure.ts';

const USAGE = `npm run bench -- gas [options]

  gas               gas of every operation, beside plain OpenZeppelin contracts in the same run
    --hardfork NAME   osaka (default), or another that Hardhat knows, as amsterdam: no budgets there
    --json            one JSON object as the last line: gas by operation

Exit code: 0 all within their budgets, 1 otherwise.`;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  if (values.help) return console.log(USAGE);
  if (positionals.join() !== 'gas') throw new CommandFailure(`Say what to measure.\n\n${USAGE}`);
  const withinBudgets = await benchGas({ hardfork: values.hardfork, json: values.json });
  if (!withinBudgets) process.exitCode = 1;
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
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
