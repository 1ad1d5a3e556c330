/** npm run client [-- --check]: makes the typed client's types from the API's document, or says whether they are in step with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from '../backend/api/describe-api.ts';
import { writeTypes } from './client/write-types.ts';
import { CommandFailure, report } from './shared/failure.ts';
import { say } from './shared/progress.ts';
import { ROOT } from './shared/run-tool.ts';

const TARGET = 'backend/client/api.ts';

/** The types as they have to be. */
export const makeTypes = (): string => writeTypes(describeApi());

function main(args: string[]): void {
  const made = makeTypes();
  const path = join(ROOT, TARGET);
  if (args.includes('--check')) {
    if (readFileSync(path, 'utf8') !== made)
      throw new CommandFailure(`${TARGET} is behind the API: run npm run client, and commit what it makes.`);
    say(`  ${TARGET} is in step with the API.`);
  } else {
    writeFileSync(path, made);
    say(`  ${TARGET} is made.`);
  }
}

if (process.argv[1] === import.meta.filename)
  try {
    main(process.argv.slice(2));
  } catch (error) {
    report(error);
  }
