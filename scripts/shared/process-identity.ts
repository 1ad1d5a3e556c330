import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  /** When it started, in the system's own notation: a reused process number has another one. */
  started: string;
  command: string;
}

/**
 * Who a process number belongs to now, or undefined when to nobody. A number alone proves nothing: after a crash, or a restart of the
 * machine, the system may have given it to another program, which must never be ended in the belief that it is ours.
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name, in parentheses, may itself hold spaces: count the fields after it. The third is the state, the twenty-second the start.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return { started: fields[19] ?? '', command };
    }
    process.kill(pid, 0);
    if (process.platform === 'win32') return { started: '', command: '' };
    const line = execFileSync('ps', ['-o', 'lstart=,command=', '-p', String(pid)], { encoding: 'utf8' });
    return { started: line.slice(0, 24), command: line.slice(24).trim() };
  } catch {
    return undefined;
  }
}

/** Waits until a process has ended; false when it still runs after that many milliseconds. */
export async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (identifyProcess(pid)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
