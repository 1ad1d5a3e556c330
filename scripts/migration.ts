/** npm run migration NAME: writes the migration that takes the database from the last one to schema.prisma. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { draftMigration } from '../backend/database/migrate.ts';

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Name the migration, in snake case: npm run migration add_tier');
  process.exit(2);
}
const sql = await draftMigration();
if (!sql.includes(';')) {
  console.log('The migrations are up to date with schema.prisma.');
} else {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `backend/database/migrations/${time}_${name}`;
  mkdirSync(folder);
  writeFileSync(`${folder}/migration.sql`, sql);
  console.log(`${folder}/migration.sql\n\n${sql}`);
}
process.exit(0);
