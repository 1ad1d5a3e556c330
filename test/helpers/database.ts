/** One PostgreSQL for the whole run, started by the first suite that asks, and a database of its own for each suite. */
import { Client } from 'pg';
import { migrateDatabase } from '../../backend/database/migrate.ts';
import { startPostgres } from '../../scripts/embedded/postgres.ts';

interface Cluster {
  url: string;
  stop(): Promise<void>;
}

const TEMPLATE = 'tessera_template';
let cluster: Promise<Cluster> | undefined;
let made = 0;

const urlOf = (base: string, database: string): string => {
  const url = new URL(base);
  url.pathname = `/${database}`;
  return url.toString();
};

async function onServer<T>(base: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: urlOf(base, 'postgres') });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** TEST_DATABASE_URL names another server than the embedded one; its databases called `tessera_…` are dropped and made anew. */
async function startCluster(): Promise<Cluster> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startPostgres();
  await onServer(server.url, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
  });
  await migrateDatabase(urlOf(server.url, TEMPLATE));
  return server;
}

/** The URL of a new database with every migration applied and no rows. */
export async function freshDatabase(): Promise<string> {
  cluster ??= startCluster();
  const { url } = await cluster;
  const name = `tessera_${process.pid}_${++made}`;
  await onServer(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  return urlOf(url, name);
}

/** The URL of a new database with nothing in it, not even a migration. */
export async function emptyDatabase(): Promise<string> {
  cluster ??= startCluster();
  const { url } = await cluster;
  const name = `tessera_${process.pid}_${++made}`;
  await onServer(url, (client) => client.query(`CREATE DATABASE ${name}`));
  return urlOf(url, name);
}

after(async () => {
  await (await cluster)?.stop();
});
