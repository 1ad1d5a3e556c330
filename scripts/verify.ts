/** `npm run verify`: reads a deployed coalition back from the chain. Exit code 0 only if it is what it should be. */
import { readArguments, USAGE, type VerifyArguments } from './verify/arguments.ts';
import { runVerify } from './verify/run-verify.ts';

const NOT_DONE = 2;

async function main(args: string[]): Promise<number> {
  let asked: VerifyArguments | null;
  try {
    asked = await readArguments(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return NOT_DONE;
  }
  if (!asked) {
    console.log(USAGE);
    return 0;
  }
  return runVerify(asked);
}

process.exitCode = await main(process.argv.slice(2));
