import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { CommandFailure } from './failure.ts';

/** The folder that every command of this project works in, wherever it is called from. */
export const ROOT = dirname(dirname(import.meta.dirname));

/** The environment in which the project's tools find each other and the Node that runs this program. */
export function toolEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const tools = [dirname(process.execPath), join(ROOT, 'node_modules', '.bin'), process.env.PATH];
  return { ...process.env, PATH: tools.join(delimiter), ...extra };
}

export interface ToolRun {
  code: number;
  output: string;
}

export interface ToolOptions {
  /** Passes on what the tool prints, as it comes. */
  show?: boolean;
  env?: Record<string, string>;
  /** Ends a tool, and what it started, that has printed nothing for so long; without it there is no limit. */
  silenceMs?: number;
}

/** Runs a tool from node_modules/.bin in the project's folder, and gives its exit code and what it printed. */
export async function runTool(
  command: string,
  args: string[],
  { show = false, env = {}, silenceMs }: ToolOptions = {},
): Promise<ToolRun> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: toolEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  const silence = silenceMs && setTimeout(() => child.kill('SIGKILL'), silenceMs);
  const take = (chunk: string, target: NodeJS.WriteStream) => {
    output += chunk;
    if (silence) silence.refresh();
    if (show) target.write(chunk);
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => take(chunk, process.stdout));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => take(chunk, process.stderr));
  const code = await new Promise<number>((resolve, reject) => {
    // Not 'close': a server that the tool left behind would hold its output open for ever.
    child.on('error', reject).on('exit', (exit) => resolve(exit ?? 1));
  });
  if (silence) clearTimeout(silence);
  return { code, output };
}

/** The same, for a tool whose output matters only when it fails. @throws CommandFailure with that output. */
export async function mustRun(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { code, output } = await runTool(command, args, { env });
  if (code !== 0)
    throw new CommandFailure(`${output.trim()}\n\n${command} ${args.join(' ')} ended with code ${code}.`);
}
