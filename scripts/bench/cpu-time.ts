/** CPU time of processes: on a busy machine it says more of a program than the clock does. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, whatever its clock does. */
const MS_PER_TICK = 10;

interface Process {
  readonly parent: number;
  readonly ticks: number;
}

/** A line of /proc/PID/stat: its parent, and the ticks of itself and of its children that have ended; null when there is none. */
function readProcess(pid: number | string): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may itself hold spaces: count the fields after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent = 0, ...ticks] = [1, 11, 12, 13, 14].map((field) => Number(fields[field]));
    return { parent, ticks: ticks.reduce((sum, one) => sum + one, 0) };
  } catch {
    return null;
  }
}

/** Milliseconds of CPU that a process and its children have used since they began; null where the system doesn't say. */
export function cpuMs(pid: number): number | null {
  const own = readProcess(pid);
  if (!own) return null;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(name) ?? [])
    .filter(({ parent }) => parent === pid);
  return children.reduce((sum, { ticks }) => sum + ticks, own.ticks) * MS_PER_TICK;
}
