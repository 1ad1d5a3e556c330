import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { PublicClient } from 'viem';
import type { Config } from '../config.ts';
import type { PrismaClient } from '../generated/client.ts';
import type { Network } from '../protocol/acts.ts';
import type { Clock } from './clock.ts';
import type { Hints } from './hints.ts';
import type { Logger } from './logger.ts';

/** What every part of the program is given; made once by main.ts, and by tests with what they want to be different. */
export interface Deps {
  readonly config: Config;
  /** Chain id and hub: what signatures are bound to. */
  readonly network: Network;
  /** Prisma for everything ordinary. */
  readonly prisma: PrismaClient;
  /** The same PostgreSQL, for the typed SQL of the hot paths; int8 arrives as bigint, numeric as string, bytea as Buffer. */
  readonly pool: Pool;
  /** Reads the chain at whichever endpoint answers. */
  readonly chain: PublicClient;
  /** One client for each endpoint of `config.rpcUrls`, in that order. */
  readonly endpoints: readonly PublicClient[];
  /** Tells loops and streams of every process that there may be something for them. */
  readonly hints: Hints;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where metrics are registered; one registry a program, so that tests can run several. */
  readonly metrics: Registry;
}

/** A loop or a server that runs until it is told to stop; `stop` finishes what is in hand and resolves when nothing runs any more. */
export interface Running {
  stop(): Promise<void>;
}
