/** `npm run replay`: a file of real purchases through a running network, to the last point and back from the chain. */
import { type ReplayArguments, readArguments, USAGE } from './replay/arguments.ts';
import { runReplay } from './replay/run-replay.ts';

const NOT_DONE = 2;

async function main(args: string[]): Promise<number> {
  let asked: ReplayArguments | null;
  try {
    asked = readArguments(args);
  } catch (error) {
    console.error((error as Error).message);
    return NOT_DONE;
  }
  if (!asked) {
    console.log(USAGE);
    return 0;
  }
  return runReplay(asked);
}

process.exitCode = await main(process.argv.slice(2));
