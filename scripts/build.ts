/** npm run build [-- database-client contracts web]: makes what is generated, each part only when its inputs have changed. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './shared/content-hash.ts';
import { report } from './shared/failure.ts';
import { withFolderLock } from './shared/folder-lock.ts';
import { say, step } from './shared/progress.ts';
import { mustRun, ROOT } from './shared/run-tool.ts';

interface BuildStep {
  name: string;
  label: string;
  /** Files and folders that the outputs are made from. */
  inputs: string[];
  outputs: string[];
  run(): Promise<void>;
}

const TOOLS = ['package-lock.json'];

const databaseClient: BuildStep = {
  name: 'database-client',
  label: 'Build database client',
  inputs: [...TOOLS, '.config/prisma.ts', 'backend/database/schema.prisma'],
  outputs: ['backend/generated/client.ts'],
  run: () => mustRun('prisma', ['generate', '--no-hints']),
};

const contracts: BuildStep = {
  name: 'contracts',
  label: 'Build contracts',
  inputs: [...TOOLS, 'hardhat.config.ts', 'contracts'],
  outputs: ['artifacts/abi.ts', 'artifacts/views-abi.ts', 'artifacts/types/index.ts'],
  run: () => mustRun('hardhat', ['build', '--no-tests', '--quiet']),
};

const web: BuildStep = {
  name: 'web',
  label: 'Build web',
  inputs: [
    ...TOOLS,
    'tsconfig.json',
    '.config/lingui.ts',
    'artifacts/abi.ts',
    'artifacts/views-abi.ts',
    'backend/audit',
    'backend/protocol',
    'backend/client',
    'web',
  ],
  outputs: ['web/dist/index.html', 'web/dist/sw.js'],
  run: () => mustRun('vite', ['build', 'web', '--logLevel', 'warn'], { NODE_ENV: 'production' }),
};

async function runUnlessUnchanged(one: BuildStep, force: boolean): Promise<boolean> {
  const at = (path: string) => join(ROOT, path);
  const stamp = at(`cache/build/${one.name}.sha256`);
  const hash = contentHash(one.inputs, ['web/dist']);
  const made = one.outputs.every((path) => existsSync(at(path)));
  if (!force && made && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  rmSync(stamp, { force: true });
  await step(one.label, one.run);
  mkdirSync(at('cache/build'), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

/** Runs the named steps, or all, where their inputs have changed; says whether anything had to be made. */
export async function build({ force = false, only = [] as string[] } = {}): Promise<boolean> {
  process.chdir(ROOT);
  const run = async (one: BuildStep) =>
    (only.length === 0 || only.includes(one.name)) && (await runUnlessUnchanged(one, force));
  return withFolderLock('.tessera/build.lock', 'builds this folder', async () => {
    const made = await Promise.all([
      run(databaseClient),
      // The pages import the contracts' ABIs.
      run(contracts).then(async (changed) => (await run(web)) || changed),
    ]);
    return made.includes(true);
  });
}

async function main(args: string[]): Promise<void> {
  const only = args.filter((argument) => !argument.startsWith('--'));
  const made = await build({ force: args.includes('--force'), only });
  if (!made && !args.includes('--quiet'))
    say('  Nothing to build: everything is up to date (npm run build -- --force builds all the same).');
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2)).catch(report);
