/** npm run lint: formatting, lint rules and types of every language here, and the house rules that a machine can hold. */
import { existsSync } from 'node:fs';
import { build } from './build.ts';
import { CommandFailure, report } from './shared/failure.ts';
import { say, step } from './shared/progress.ts';
import { mustRun, ROOT } from './shared/run-tool.ts';
import { findUntidiness } from './shared/tidy.ts';
import { checkTranslations } from './shared/translations.ts';

const COLOURS = process.stdout.isTTY ? 'force' : 'off';
const SOLIDITY = '{contracts,test}/**/*.sol';

const checks: [label: string, check: () => Promise<void>][] = [
  ['Biome', () => mustRun('biome', ['ci', '--error-on-warnings', `--colors=${COLOURS}`])],
  ['Types', () => mustRun('tsc', ['-p', '.'])],
  ['Solidity format', () => mustRun('prettier', ['--check', SOLIDITY])],
  ['Solidity rules', () => mustRun('solhint', ['--noPoster', '--max-warnings', '0', 'contracts/**/*.sol'])],
  ['Translations', checkTranslations],
  [
    'House rules',
    async () => {
      const findings = findUntidiness(ROOT);
      if (findings.length > 0) throw new CommandFailure(findings.join('\n'));
    },
  ],
];

try {
  process.chdir(ROOT);
  if (!existsSync('artifacts/abi.ts') || !existsSync('backend/generated')) await build();
  const failures: string[] = [];
  for (const [label, check] of checks) {
    await step(label, check).catch((error: unknown) => {
      if (!(error instanceof CommandFailure)) throw error;
      failures.push(error.message);
    });
  }
  if (failures.length > 0) throw new CommandFailure(failures.join('\n\n'));
  say('  Everything is tidy.');
} catch (error) {
  report(error);
}
