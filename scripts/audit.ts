/** `npm run audit`: recomputes a coalition from the chain alone. Exit code 0 only if everything agrees. */
import { type AuditArguments, readArguments, USAGE } from './audit/arguments.ts';
import { runAudit } from './audit/run-audit.ts';

const NOT_DONE = 2;

async function main(args: string[]): Promise<number> {
  let asked: AuditArguments | null;
  try {
    asked = readArguments(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return NOT_DONE;
  }
  if (!asked) {
    console.log(USAGE);
    return 0;
  }
  return runAudit(asked);
}

process.exitCode = await main(process.argv.slice(2));
