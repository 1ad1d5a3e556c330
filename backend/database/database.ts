import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, types } from 'pg';
import { PrismaClient } from '../generated/client.ts';

/** What a process holds of PostgreSQL: Prisma for everything ordinary, the same pool for the typed SQL of the hot paths. */
export interface Database {
  prisma: PrismaClient;
  pool: Pool;
  close(): Promise<void>;
}

const INT8 = 20;
/**
 * A process that freezes, or whose network is gone, in the middle of a transaction keeps its locks for so long at most, in milliseconds: then
 * the server ends its session, and whoever waits (for a lane, above all) goes on. Nothing of ours waits for anything else in a transaction.
 */
const STANDSTILL_MS = 4_000;

/**
 * Connects to a PostgreSQL whose migrations are applied (migrate.ts). Through `pool`, int8 arrives as bigint, numeric as string, bytea as
 * Buffer. A connection that breaks is reported to `onError` and replaced; its query fails on its own.
 */
export function openDatabase(options: {
  url: string;
  maxConnections: number;
  onError: (error: Error) => void;
}): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    idle_in_transaction_session_timeout: STANDSTILL_MS,
    allowExitOnIdle: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary'
          ? BigInt
          : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  });
  // On every client, not on the pool alone: one that breaks while a transaction holds it has nobody else to tell, and would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
