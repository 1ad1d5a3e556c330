/** The command line of `npm run replay`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT } from '../shared/run-tool.ts';

export const USAGE = `Usage: npm run replay -- FILE [options]

Sends the purchases of FILE through the API of a running network, lets a twentieth of the members redeem, exchange and give,
waits until all is final, audits the chain, and says what was doubled or lost. The same file again changes nothing.

FILE is one of
  CDNOW   a first line "customer_id date number_of_cds dollar_value", then lines like "00001 19970101 1 11.77",
          or CDNOW's published sample, which has no such line
  CSV     a first line "purchase_id,member,time,amount,currency,partner", then lines like
          "A-1001,alice,2026-03-01T12:30:00Z,12.34,USD,aurora-cafe" (an empty partner: one is chosen)

  --url URL     the network's API                        (http://localhost:3000)
  --keys FILE   the tills' keys: {"tills": {"slug": "tsk_…"}}   (keys.json in TESSERA_DATA, .tessera)
  --seed WORDS  makes other members of the same customers (tessera)
  --json        print one JSON object as the last line
  --help        show this

Exit code: 0 nothing doubled, nothing lost, audit agrees; 1 otherwise; 2 the replay could not be done.`;

/** What the command line asks for. */
export interface ReplayArguments {
  readonly file: string;
  readonly url: string;
  readonly keys: string;
  readonly seed: string;
  readonly json: boolean;
}

/** Reads the command line. Returns null when help is asked for. @throws CommandFailure that says what to correct. */
export function readArguments(args: string[]): ReplayArguments | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new CommandFailure(`Name one file to replay.\n\n${USAGE}`);
  if (!/^https?:\/\/./.test(values.url))
    throw new CommandFailure(`--url is "${values.url}": give http://localhost:3000 or the like.`);
  const keys = values.keys ?? join(process.env.TESSERA_DATA || join(ROOT, '.tessera'), 'keys.json');
  return { file, url: values.url, keys, seed: values.seed, json: values.json };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:3000' },
        keys: { type: 'string' },
        seed: { type: 'string', default: 'tessera' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n\n${USAGE}`);
  }
}
