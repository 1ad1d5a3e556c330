import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identifyProcess } from './process-identity.ts';

const POLL_MS = 100;

interface Holder {
  pid: number;
  started: string;
}

/** The live process that holds a lock file, or undefined when nobody does any more. */
export function lockHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return identifyProcess(holder.pid)?.started === holder.started ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a lock file for this process, or gives the process that has it. A lock whose holder died is taken over. */
export async function takeLock(file: string): Promise<Holder | undefined> {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, started: identifyProcess(process.pid)?.started });
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const holder = lockHolder(file);
    if (holder) return holder;
    // Its holder died, or is just writing it: only what is the same a moment later is taken away.
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (existsSync(file) && readFileSync(file, 'utf8') === before && !lockHolder(file))
      rmSync(file, { force: true });
  }
}

/** Does some work while no other process does the same, and says so while it waits for one. */
export async function withFolderLock<T>(file: string, doing: string, work: () => Promise<T>): Promise<T> {
  for (let told = false; ; told = true) {
    const holder = await takeLock(file);
    if (!holder) break;
    if (!told) console.log(`  Waiting for process ${holder.pid}, which ${doing}…`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
