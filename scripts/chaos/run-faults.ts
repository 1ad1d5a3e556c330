/** Tries faults one after the other, each on a network of its own, and says what came of them. */
import { readFileSync } from 'node:fs';
import type { Fault, Outcome, Sizes } from './fault.ts';
import type { Program } from './program.ts';
import { openServer, openWorld, type Server } from './world.ts';

/** What all came to; a fault that did not recover, or after which database, audit and chain disagree, has no `recoveredSeconds`. */
export interface Verdict {
  readonly outcomes: readonly Outcome[];
  readonly isWell: boolean;
}

interface Settings {
  readonly seed: number;
  readonly sizes: Sizes;
}

/** Tries the faults; what can't be tried here is named on stderr and is in no outcome. Ctrl-C takes everything away. */
export async function runFaults(faults: readonly Fault[], settings: Settings): Promise<Verdict> {
  const server = await openServer();
  const interrupt = () => void server.close().then(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const outcomes: Outcome[] = [];
  try {
    for (const fault of faults) {
      const reason = fault.cannot?.();
      if (reason !== undefined) console.error(`– ${fault.name}: not tried, ${reason}`);
      else outcomes.push(await tryFault(server, fault, settings));
    }
  } finally {
    await server.close();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  printTable(faults, outcomes);
  return { outcomes, isWell: outcomes.every(isWell) };
}

const isWell = ({ doubled, lost, recoveredSeconds }: Outcome) =>
  doubled === 0 && lost === 0 && recoveredSeconds !== null;

async function tryFault(server: Server, fault: Fault, { seed, sizes }: Settings): Promise<Outcome> {
  const began = performance.now();
  console.error(`  ${fault.name}: ${fault.what}`);
  const world = await openWorld(server, { name: fault.name, seed });
  try {
    const outcome = { fault: fault.name, ...(await fault.run(world, sizes)) };
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.error(`${isWell(outcome) ? '✔' : '✘'} ${describe(outcome)}  (${seconds} s)`);
    return outcome;
  } catch (error) {
    console.error(`✘ ${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
    for (const program of world.programs) printLog(program);
    return { fault: fault.name, asked: 0, issued: 0, doubled: 0, lost: 0, recoveredSeconds: null };
  } finally {
    await world.close();
  }
}

const describe = ({ fault, asked, issued, doubled, lost, recoveredSeconds }: Outcome) =>
  `${fault}: ${asked} promised, ${issued} issued, ${doubled} doubled, ${lost} lost, well after ${recoveredSeconds ?? '—'} s`;

const LOG_LINES = 12;

/** The last that a process had to complain about. */
function printLog({ log, url }: Program): void {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"level":30'));
  console.error(
    `  ${url} at last:\n${lines
      .slice(-LOG_LINES)
      .map((line) => `    ${line.slice(0, 400)}`)
      .join('\n')}`,
  );
}

function printTable(faults: readonly Fault[], outcomes: readonly Outcome[]): void {
  const rows = outcomes.map((outcome) => [
    String(faults.find(({ name }) => name === outcome.fault)?.of ?? ''),
    outcome.fault,
    ...[outcome.asked, outcome.issued, outcome.doubled, outcome.lost].map(String),
    outcome.recoveredSeconds === null ? 'never' : `${outcome.recoveredSeconds} s`,
  ]);
  const head = ['', 'fault', 'asked', 'issued', 'doubled', 'lost', 'well after'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, column) =>
          column === 1 ? cell.padEnd(widths[1] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    );
}
