/** A program that starts a server and is killed: what `npm start` is to its servers when the machine is not kind to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a started server said of itself. */
export interface Held {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

const MODULES = {
  startPostgres: '../../scripts/embedded/postgres.ts',
  startChain: '../../scripts/embedded/chain.ts',
} as const;

/** Starts a server on a folder in a program of its own, does something while it runs, and then kills the program, not the server. */
export async function killWhileHolding(
  start: keyof typeof MODULES,
  folder: string,
  meanwhile: (server: Held) => Promise<void>,
): Promise<Held> {
  const module = new URL(MODULES[start], import.meta.url).href;
  const code = `const { ${start} } = await import(${JSON.stringify(module)});
    const { url, port, pid } = await ${start}({ folder: ${JSON.stringify(folder)} });
    console.log(JSON.stringify({ url, port, pid }));
    setInterval(() => {}, 1000);`;
  const program = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(program.stdout), 'line');
  const server = JSON.parse(line) as Held;
  await meanwhile(server);
  program.kill('SIGKILL');
  await once(program, 'exit');
  return server;
}
