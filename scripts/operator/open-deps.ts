import { join, resolve } from 'node:path';
import { Registry } from 'prom-client';
import { openChain } from '../../backend/chain/open-chain.ts';
import { ConfigError, configFromEnv } from '../../backend/config.ts';
import { openDatabase } from '../../backend/database/database.ts';
import { randomPrivateKey } from '../../backend/keys/keystore.ts';
import { systemClock } from '../../backend/shared/clock.ts';
import type { Deps } from '../../backend/shared/deps.ts';
import { NO_HINTS } from '../../backend/shared/hints.ts';
import { createLogger } from '../../backend/shared/logger.ts';
import { shown } from '../launch/data-folder.ts';
import { readProgramPlace } from '../launch/program-file.ts';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT } from '../shared/run-tool.ts';

const CONNECTIONS = 4;

/**
 * The program's own parts, on its database and chain, without any key: by the environment that the program has (DATABASE_URL, RPC_URL,
 * CHAIN_ID, COALITION, STABLECOIN), else those of the network that `npm start` runs on a data folder.
 * @throws CommandFailure when neither is there
 */
export function openDeps(data: string | undefined): { deps: Deps; close: () => Promise<void> } {
  const folder = data ? resolve(data) : join(ROOT, '.tessera');
  const place = process.env.DATABASE_URL ? process.env : readProgramPlace(folder);
  if (!place)
    throw new CommandFailure(
      `No network was started on ${shown(folder)}: give --data FOLDER, or DATABASE_URL, RPC_URL, CHAIN_ID, COALITION and STABLECOIN.`,
    );
  const config = configOf({ ...place, RECEIPT_KEY: randomPrivateKey(), RELAY_KEYS: undefined });
  const database = openDatabase({
    url: config.databaseUrl,
    maxConnections: CONNECTIONS,
    onError: () => {}, // The query that it breaks says so.
  });
  const deps: Deps = {
    config,
    network: { chainId: config.chainId, coalition: config.coalition },
    prisma: database.prisma,
    pool: database.pool,
    ...openChain({ rpcUrls: config.rpcUrls, chainId: config.chainId }),
    // Whoever changes something here can wait until the program looks by itself.
    hints: NO_HINTS,
    clock: systemClock,
    logger: createLogger({ level: 'silent' }),
    metrics: new Registry(),
  };
  return { deps, close: database.close };
}

function configOf(env: NodeJS.ProcessEnv) {
  try {
    return configFromEnv(env);
  } catch (error) {
    throw error instanceof ConfigError ? new CommandFailure(error.message) : error;
  }
}
