/**
 * Applies and drafts the Prisma migrations in-process, with the WebAssembly build of Prisma's schema engine: the native one would be a
 * download. It keeps the ordinary `_prisma_migrations` table, so `prisma migrate deploy` works on the same database.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Pool } from 'pg';

const root = fileURLToPath(new URL('.', import.meta.url));
/** Any number that nothing else locks: "tessera" in ASCII, shortened to 32 bits. */
const MIGRATION_LOCK = 0x74657373;
const filters = { externalTables: [], externalEnums: [] };

let loaded: Promise<void> | undefined;

async function instantiateEngine(): Promise<void> {
  // The engine's ten-second timer for its advisory lock outlives the lock, and must not keep the process alive.
  const setIdleTimeout = (callback: () => void, delay: number) => setTimeout(callback, delay).unref();
  const imports = Object.entries(bindings).map(([name, value]) => [
    name,
    name.startsWith('__wbg_setTimeout') ? setIdleTimeout : value,
  ]);
  const wasm = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {
    './schema_engine_bg.js': Object.fromEntries(imports),
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}

function schemaFiles() {
  return { files: [{ path: `${root}schema.prisma`, content: readFileSync(`${root}schema.prisma`, 'utf8') }] };
}

function migrationsList(): bindings.MigrationList {
  const baseDir = `${root}migrations`;
  const folders = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: folders.map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(`${baseDir}/${path}/migration.sql`, 'utf8') },
      },
    })),
  };
}

async function withEngine<T>(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  use: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  loaded ??= instantiateEngine();
  await loaded;
  const datamodels = schemaFiles().files.map(({ path, content }): [string, string] => [path, content]);
  const engine = await bindings.SchemaEngine.new(
    { datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
  }
}

/** Applies what has not been applied yet and returns the names of those migrations, oldest first. */
async function applyMigrations(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<string[]> {
  const applied = await withEngine(adapter, (engine) =>
    engine.applyMigrations({ migrationsList: migrationsList(), filters }),
  );
  return applied.appliedMigrationNames;
}

/**
 * Prisma's adapter, but a migration goes to the server whole: the adapter's own way cuts it at every semicolon, those inside of function
 * bodies included. As one simple query it is also one transaction, so a migration that fails leaves nothing behind.
 */
function wholeScripts(pool: Pool): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  };
  return factory;
}

/**
 * Brings the PostgreSQL at `connectionString` to the newest migration; returns the names of those applied now, none when it was up to date.
 * Any number of processes may call it at once: an advisory lock lets one in at a time (the in-process engine takes none of its own).
 */
export async function migrateDatabase(connectionString: string): Promise<string[]> {
  const pool = new Pool({ connectionString, max: 3, allowExitOnIdle: true });
  const lock = await pool.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMigrations(wholeScripts(pool));
  } finally {
    lock.release(true);
    await pool.end();
  }
}

/**
 * The SQL that takes a fresh database with every migration applied to schema.prisma; a mere comment when the two agree.
 * The engine has to read the catalogs for this, which @prisma/adapter-pg cannot: hence PGlite's own adapter, with a database in memory.
 */
export async function draftMigration(): Promise<string> {
  const [{ PGlite }, { PrismaPGlite }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('pglite-prisma-adapter'),
  ]);
  const database = await PGlite.create();
  const adapter = new PrismaPGlite(database);
  try {
    await applyMigrations(adapter);
    return await withEngine(adapter, async (engine) => {
      const from = { tag: 'schemaDatasource', ...schemaFiles(), configDir: root } as const;
      const to = { tag: 'schemaDatamodel', ...schemaFiles() } as const;
      const difference = await engine.diff({ from, to, script: true, exitCode: null, filters });
      return difference.stdout ?? '';
    });
  } finally {
    await database.close();
  }
}
