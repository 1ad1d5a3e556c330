import { defineConfig } from 'prisma/config';

// Migrations are applied in-process, so the native schema engine is never wanted: this stops its download.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: '../backend/database/schema.prisma',
  migrations: { path: '../backend/database/migrations' },
});
