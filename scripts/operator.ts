/** npm run operator -- VERB: what an operator looks at, and what only an operator may decide. */
import { parseArgs } from 'node:util';
import { KeystoreError } from '../backend/keys/keystore.ts';
import { toDomainError } from '../backend/shared/problem.ts';
import { openDeps } from './operator/open-deps.ts';
import { NETWORK_VERBS, newKeystore, type OperatorOptions, type Outcome } from './operator/verbs.ts';
import { CommandFailure, report } from './shared/failure.ts';

const USAGE = `npm run operator -- VERB [options]

  status                lanes, queues, waiting batches, the indexer, and every alarm; exit code 1 when there is one
  verify-audit-chain    recomputes every link of the audit log; exit code 1 when one does not hold
  rebuild-projections   makes the tables of what the chain said anew, while everything runs, and says what differed
  freeze-lanes          stops all signing and sending within a second         --reason TEXT
  unfreeze-lanes        lets them go on, once the cause is known              --reason TEXT [--lane N]
  resolve-batches       settles batches held with BATCH_NUMBER_TAKEN          --partner N [--unclear issued|open] [--apply]
  create-key            an API key for the operator's routes, shown once       --name TEXT
  prepare               a transaction for whoever may sign it, sent by nobody  --wish JSON [--safe FILE]
  transaction           what became of a prepared transaction                  --id ID
  new-keystore          a new key in an encrypted file                        --out FILE (KEYSTORE_PASSWORD_FILE, or asks)

  --json                one JSON value as the last line, integers as strings
  --data FOLDER         the network that npm start runs there (.tessera); with DATABASE_URL, RPC_URL, CHAIN_ID, COALITION and
                        STABLECOIN in the environment, that one`;

const jsonOf = (value: unknown) =>
  JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item));

async function main(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  const [verb, ...more] = positionals;
  if (values.help) return console.log(USAGE);
  const isKnown = verb === 'new-keystore' || (verb !== undefined && Object.hasOwn(NETWORK_VERBS, verb));
  if (!verb || !isKnown || more.length > 0) throw new CommandFailure(`Say what to do.\n\n${USAGE}`);
  const { lines, result, isWell } = await perform(verb, values);
  console.log(values.json ? jsonOf(result) : lines.join('\n'));
  if (!isWell) process.exitCode = 1;
}

async function perform(
  verb: string,
  options: OperatorOptions & { data?: string | undefined },
): Promise<Outcome> {
  const act = NETWORK_VERBS[verb];
  if (!act) return newKeystore(options);
  const { deps, close } = openDeps(options.data);
  return act(deps, options).finally(close);
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        apply: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        data: { type: 'string' },
        id: { type: 'string' },
        lane: { type: 'string' },
        name: { type: 'string' },
        out: { type: 'string' },
        partner: { type: 'string' },
        reason: { type: 'string' },
        safe: { type: 'string' },
        unclear: { type: 'string' },
        wish: { type: 'string' },
      },
    });
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof KeystoreError || error instanceof CommandFailure)
    return new CommandFailure(error.message);
  const known = toDomainError(error);
  if (known.code === 'DATABASE_UNAVAILABLE')
    return new CommandFailure(
      'The database does not answer: does the network run? (npm start, or check DATABASE_URL.)',
    );
  return known.code === 'INTERNAL' ? error : new CommandFailure(known.message);
}

await main(process.argv.slice(2)).catch((error: unknown) => report(explain(error)));
