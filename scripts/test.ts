/** npm test [-- PATTERN]: builds, checks the types, runs every test, and ends with the line `N passed, N failed`. */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { build } from './build.ts';
import { CommandFailure, report } from './shared/failure.ts';
import { step } from './shared/progress.ts';
import { mustRun, ROOT, runTool } from './shared/run-tool.ts';

/** The runner waits for whatever a failing test left open: it is ended when it has said nothing for so long. */
const SILENCE_LIMIT_MS = 10 * 60_000;

const USAGE = `npm test                  all tests
npm test -- PATTERN       the files under test/ whose path holds PATTERN, else the tests whose title matches it
npm test -- PATTERN …     further words go to hardhat test as they are (--gas-stats, --verbosity 3, …)`;

/** What narrows the run: files by their path, else tests by their title. */
function selection(pattern: string | undefined): string[] {
  if (pattern === undefined) return [];
  const files = globSync('test/**/*.{ts,sol}', { cwd: ROOT })
    .filter((path) => path.includes(pattern) && (path.endsWith('.ts') || path.endsWith('.t.sol')))
    .sort();
  return files.length > 0 ? files : ['--grep', pattern];
}

/** Adds up the runner's own closing lines: `12 passing (10 mocha, 2 solidity)`, `1 failing (…)`. */
export function countTests(output: string): { passed: number; failed: number; skipped: number } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const plain = output.replace(/\x1b\[[0-9;]*m/g, '');
  const total = (word: string) => {
    const lines = [...plain.matchAll(new RegExp(`^(\\d+) ${word} \\((\\d+ \\w+(, )?)+\\)$`, 'gm'))];
    return Number(lines.at(-1)?.[1] ?? 0);
  };
  return { passed: total('passing'), failed: total('failing'), skipped: total('skipped') + total('todo') };
}

async function runTests(args: string[]): Promise<void> {
  const env = { AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x', FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const { code, output } = await runTool('hardhat', ['test', ...args], {
    show: true,
    env,
    silenceMs: SILENCE_LIMIT_MS,
  });
  const { passed, failed, skipped } = countTests(output);
  if (skipped > 0) console.log(`${skipped} skipped: a test that does not run proves nothing.`);
  if (passed + failed === 0) console.log('No test ran.');
  const failures = failed === 0 && (code !== 0 || passed === 0) ? 1 : failed;
  if (failures > 0) process.exitCode = 1;
  console.log(`${passed} passed, ${failures} failed`);
}

async function main([pattern, ...rest]: string[]): Promise<void> {
  if (pattern === '--help') return console.log(USAGE);
  await build();
  const narrowed = pattern?.startsWith('-') ? [pattern] : selection(pattern);
  const chosen = narrowed
    .filter((argument) => argument.startsWith('test/'))
    .map((path) => relative('.', path));
  if (chosen.length > 0) console.log(chosen.map((path) => `  ${path}`).join('\n'));
  await step('Test contracts', () => mustRun('hardhat', ['build', '--quiet']));
  // Whoever works on one thing may have another one open; the whole run and the lint check all types.
  if (pattern === undefined) await step('Types', () => mustRun('tsc', ['-p', '.']));
  await runTests(['--no-compile', ...narrowed, ...rest]);
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    report(error);
    if (error instanceof CommandFailure) console.log('0 passed, 1 failed');
  }
}
