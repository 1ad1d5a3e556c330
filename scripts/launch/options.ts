import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PortWish } from '../embedded/service.ts';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT } from '../shared/run-tool.ts';

export const USAGE = `npm start -- [options]

Runs the whole network: PostgreSQL, a local chain, the contracts, demo brands with members and a history, the API and the web.
Everything it keeps is in one folder; Ctrl-C stops it, and the next start goes on where it was.

  --port N             port of the API and the web              (PORT, 3000)
  --chain-port N       port of the local chain                  (CHAIN_PORT, 8545, or a free one)
  --database-port N    port of the embedded PostgreSQL          (DATABASE_PORT, 5433, or a free one)
  --data FOLDER        where everything is kept                 (TESSERA_DATA, .tessera)
  --fresh              forgets what is kept there, and begins anew
  --no-demo            an empty coalition, without demo brands
  --log-level LEVEL    fatal, error, warn, info, debug or trace (LOG_LEVEL, info)
  --help               this text

Your own servers, by environment variables:
  DATABASE_URL         a PostgreSQL from 15 up, instead of the embedded one
  KEYSTORE_PASSWORD_FILE  the password of keys that are given as keystore:PATH, or "prompt"
  RPC_URL              a chain's JSON-RPC endpoints, separated by commas, instead of the local one, and with it either
    COALITION          the address of a coalition that is deployed there, with RELAY_KEYS (the first an issuer's) and RECEIPT_KEY, or
    DEPLOYER_KEY       the key that deploys one and funds its relays; STABLECOIN is the money (without it a worthless one is made),
                       and with it ADMIN administers the roles  (the governor's key of the data folder)
    DEPLOYED_AT_BLOCK  where the coalition's history begins     (0)
    CONFIRMATIONS      how deep a final block is                (12)`;

export interface StartOptions {
  readonly help: boolean;
  readonly fresh: boolean;
  readonly demo: boolean;
  /** Absolute path of the folder that keeps everything. */
  readonly data: string;
  readonly web: PortWish;
  readonly chain: PortWish;
  readonly database: PortWish;
  readonly logLevel: string;
}

interface PortSetting {
  flag: string;
  given: string | undefined;
  variable: string;
  usual: number;
}

function portOf({ flag, given, variable, usual }: PortSetting): PortWish {
  const text = given ?? process.env[variable];
  if (text === undefined || text === '') return { port: usual };
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new CommandFailure(`${flag} (or ${variable}) is "${text}": give a port from 1 to 65535.`);
  return { port, askedBy: `${flag} or ${variable}` };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        fresh: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        data: { type: 'string' },
        port: { type: 'string' },
        'chain-port': { type: 'string' },
        'database-port': { type: 'string' },
        'log-level': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Reads what the user asked for, flags before environment variables. @throws CommandFailure naming what is wrong. */
export function readOptions(args: string[]): StartOptions {
  const values = parse(args);
  const web = portOf({ flag: '--port', given: values.port, variable: 'PORT', usual: 3000 });
  const chainPort = {
    flag: '--chain-port',
    given: values['chain-port'],
    variable: 'CHAIN_PORT',
    usual: 8545,
  };
  const databasePort = {
    flag: '--database-port',
    given: values['database-port'],
    variable: 'DATABASE_PORT',
    usual: 5433,
  };
  const data = values.data ?? process.env.TESSERA_DATA;
  return {
    help: values.help,
    fresh: values.fresh,
    demo: !values['no-demo'],
    data: data ? resolve(data) : join(ROOT, '.tessera'),
    // Pages and tills are given this address, so it never changes by itself.
    web: { ...web, askedBy: 'npm start -- --port N (or PORT=N)' },
    chain: portOf(chainPort),
    database: portOf(databasePort),
    logLevel: values['log-level'] ?? process.env.LOG_LEVEL ?? 'info',
  };
}
