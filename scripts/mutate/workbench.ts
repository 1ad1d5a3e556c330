import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../shared/failure.ts';
import { ROOT, type ToolRun, toolEnvironment } from '../shared/run-tool.ts';
import type { Mutant } from './operators.ts';

const COPIED = ['contracts', 'test/contracts', 'test/helpers', 'backend', 'scripts', 'artifacts', 'cache'];
const COPIED_FILES = ['hardhat.config.ts', 'package.json', 'tsconfig.json'];
const CONFIG = 'mutation.config.ts';
/** No shrinking: that a test fails matters here, not the shortest way to it. And a loop without end runs out of gas. */
const CONFIG_SOURCE = `import config from './hardhat.config.ts';

const { invariant, ...solidity } = config.test.solidity;
const quick = { ...solidity, gasLimit: 5_000_000_000n, invariant: { ...invariant, shrinkRunLimit: 0 } };
export default { ...config, test: { ...config.test, solidity: quick } };
`;
const RUN_LIMIT_MS = 20 * 60_000;

/** What became of a mutant. `killers` are the tests that failed. */
export interface Verdict<M extends Mutant = Mutant> {
  readonly mutant: M;
  readonly outcome: 'killed' | 'survived' | 'does not compile';
  readonly killers: readonly string[];
}

export interface WorkbenchOptions {
  /** Runs the unit tests of the contracts too, on what the Solidity tests leave alive. */
  readonly unit: boolean;
  /** How much the Solidity tests do: FUZZ_FACTOR in hardhat.config.ts. */
  readonly factor: string;
}

/** Which of the Solidity tests run, by file and by what their names begin with. */
export interface Selection {
  readonly file: string;
  readonly grep?: string;
}

/** A copy of the repository in which contracts are broken and tests run. The repository itself is never touched. */
export class Workbench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tessera-mutants-'));
  readonly #options: WorkbenchOptions;

  constructor(options: WorkbenchOptions) {
    this.#options = options;
    for (const path of [...COPIED, ...COPIED_FILES])
      if (existsSync(join(ROOT, path)))
        cpSync(join(ROOT, path), join(this.#folder, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
    writeFileSync(join(this.#folder, CONFIG), CONFIG_SOURCE);
  }

  /** @throws CommandFailure if the contracts don't compile or a test fails without any fault: its failure would prove nothing. */
  async requireGreen(selection?: Selection): Promise<void> {
    const { code, output } = await this.#build(selection);
    if (code !== 0) throw new CommandFailure(output);
    if (selection) await this.#hardhat('test', 'solidity', selection.file, '--grep', 'compile it only');
    const failing = await this.#failingTests(selection);
    if (failing.length > 0) throw new CommandFailure(`Failing without a fault: ${failing.join(', ')}`);
  }

  /**
   * Puts the fault in, runs the tests, and takes it out again.
   *
   * @param selection Tests that deploy what is built and need not be compiled anew themselves; all if it's left out.
   */
  async judge<M extends Mutant>(mutant: M, selection?: Selection): Promise<Verdict<M>> {
    const path = join(this.#folder, mutant.file);
    const sound = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      sound
        .split('\n')
        .with(mutant.line - 1, mutant.after)
        .join('\n'),
    );
    try {
      const { code } = await this.#build(selection);
      if (code !== 0) return { mutant, outcome: 'does not compile', killers: [] };
      const killers = await this.#failingTests(selection);
      return { mutant, outcome: killers.length > 0 ? 'killed' : 'survived', killers };
    } finally {
      writeFileSync(path, sound);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Tests that are selected deploy what is built, and are compiled once, without a fault. */
  #build(selection?: Selection): Promise<ToolRun> {
    return this.#hardhat('build', '--quiet', ...(selection ? ['--no-tests'] : []));
  }

  async #failingTests(selection?: Selection): Promise<string[]> {
    const grep = selection?.grep ? ['--grep', selection.grep] : [];
    const selected = selection ? [selection.file, ...grep] : [];
    const solidity = failuresIn(await this.#hardhat('test', 'solidity', '--no-compile', ...selected));
    if (solidity.length > 0 || selection || !this.#options.unit) return solidity;
    const unitTests = globSync('test/contracts/**/*.test.ts', { cwd: this.#folder });
    return failuresIn(await this.#hardhat('test', 'mocha', '--no-compile', ...unitTests));
  }

  async #hardhat(...args: string[]): Promise<ToolRun> {
    const child = spawn('hardhat', ['--config', CONFIG, ...args], {
      cwd: this.#folder,
      env: toolEnvironment({ FUZZ_FACTOR: this.#options.factor, FORCE_COLOR: '0' }),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      timeout: RUN_LIMIT_MS,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (exit) => resolve(exit ?? 1));
    });
    return { code, output };
  }
}

/** The Solidity runner sums a failure up as `1) Suite#test()` and the reason below; mocha's are listed further in, as `1) name`. */
function failuresIn({ code, output }: ToolRun): string[] {
  if (code === 0) return [];
  const solidity = [...output.matchAll(/^ {2}\d+\) \w+#(\w+).*\n\s*(?:Error: )?(.*)$/gm)];
  const names =
    solidity.length > 0
      ? solidity.map(([, name, reason]) => `${name}: ${reason}`)
      : [...output.matchAll(/^ {4,}\d+\) (.+)$/gm)].map(([, name = '']) => name);
  return names.length > 0 ? [...new Set(names)] : ['the runner'];
}
