import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { CommandFailure } from './failure.ts';

/** The folder that every command of this project works in, wherever it is called from. */
export const ROOT = dirname(import.meta.dirname);

/** The environment in which the project's tools find each other and the Node that runs this program. */
export function toolEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const tools = [dirname(process.execPath), join(ROOT, 'node_modules', '.bin'), process.env.PATH];
  return { ...process.env, PATH: tools.join(delimiter), ...extra };
}

export interface ToolRun {
  code: number;
  output: string;
}

/** Runs a tool from node_modules/.bin in the project's folder, and gives what it printed; `show` also passes that on as it comes. */
export async function runTool(
  command: string,
  args: string[],
  { show = false, env = {} }: { show?: boolean; env?: Record<string, string> } = {},
): Promise<ToolRun> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: toolEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const [stream, target] of [
    [child.stdout, process.stdout] as const,
    [child.stderr, process.stderr] as const,
  ]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (show) target.write(chunk);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (exit) => resolve(exit ?? 1));
  });
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
