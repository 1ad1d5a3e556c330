/** npm run mutate: breaks the contracts one line at a time and names the faults that no test sees. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CAMPAIGNS,
  campaignOf,
  INVARIANT_FAULTS,
  type InvariantMutant,
  invariantMutant,
} from './mutate/invariants.ts';
import { type Mutant, mutantsOf, shuffled } from './mutate/operators.ts';
import { type Verdict, Workbench } from './mutate/workbench.ts';
import { CommandFailure, report } from './shared/failure.ts';
import { say, step } from './shared/progress.ts';
import { ROOT } from './shared/run-tool.ts';

const USAGE = `npm run mutate -- [options]

Works on a copy of the repository: puts one small fault into a contract, builds, runs the Solidity tests, and says which
faults survive. A survivor is a missing test, or a line that does not matter.

  --limit N        judge N faults (default 20); each takes about a minute on two free cores
  --seed N         which ones (default 1)
  --at FILE:LINE   only faults of this line; may be given several times
  --unit           run the contracts' unit tests too, on what survives the Solidity tests
  --invariants     instead of any fault, for each invariant of the README the one that its own campaign must see
  --only I1        of --invariants, only this one; may be given several times
  --factor X       how much the Solidity tests do (default 0.25, of --invariants 1), see FUZZ_FACTOR in hardhat.config.ts
  --list           only list the faults

Exit code: 0 all faults were seen, 1 some were not, 2 nothing could be judged.`;

/** All that runs. Interfaces declare and do nothing, and the demo's stablecoin is no part of the promises. */
const TARGETS =
  'contracts/{,acts/,charities/,clearing/,governance/,issuance/,members/,partners/,points/}{[!I]*,Issuance}.sol';

function readOptions() {
  const { values } = parseArgs({
    options: {
      limit: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      at: { type: 'string', multiple: true, default: [] },
      unit: { type: 'boolean', default: false },
      invariants: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      factor: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  for (const [name, value] of Object.entries({ limit: values.limit, seed: values.seed }))
    if (!/^\d+$/.test(value)) throw new CommandFailure(`--${name} takes a whole number, not ${value}.`);
  const factor = values.factor ?? (values.invariants ? '1' : '0.25');
  if (!(Number(factor) > 0)) throw new CommandFailure(`--factor takes a number above 0.`);
  const unknown = values.only.find((one) => INVARIANT_FAULTS.every(({ invariant }) => invariant !== one));
  if (unknown) throw new CommandFailure(`--only takes I1 to I${INVARIANT_FAULTS.length}, not ${unknown}.`);
  return { ...values, factor, limit: Number(values.limit), seed: Number(values.seed) };
}

const placeOf = ({ file, line }: Mutant) => `${file}:${line}`;

function describe({ mutant, outcome, killers }: Verdict): string {
  const title = `${outcome.padEnd(17)} ${placeOf(mutant)}  ${mutant.fault}`;
  if (outcome === 'survived') return `${title}\n    - ${mutant.before.trim()}\n    + ${mutant.after.trim()}`;
  return [title, ...killers.map((killer) => `    ${killer}`)].join('\n');
}

/** Judges each in its turn, says what became of it, and sums up. Exit code 1 if one survives. */
async function judgeAll<M extends Mutant>(mutants: readonly M[], judge: (mutant: M) => Promise<Verdict<M>>) {
  const verdicts: Verdict<M>[] = [];
  for (const [index, mutant] of mutants.entries()) {
    const verdict = await step(`${index + 1}/${mutants.length}`, () => judge(mutant));
    say(describe(verdict));
    verdicts.push(verdict);
  }
  const count = (outcome: Verdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length;
  say(
    `${count('killed')} killed, ${count('survived')} survived, ${count('does not compile')} did not compile`,
  );
  if (count('survived') > 0) process.exitCode = 1;
  return count;
}

/** The faults of --at, or all, in the order of --seed, as many as --limit allows. */
function chooseMutants({ at, limit, seed }: ReturnType<typeof readOptions>): Mutant[] {
  const all = globSync(TARGETS, { cwd: ROOT })
    .sort()
    .flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')));
  const wanted = at.length > 0 ? all.filter((mutant) => at.includes(placeOf(mutant))) : all;
  const chosen = shuffled(wanted, seed).slice(0, limit);
  say(`${all.length} faults are possible, ${chosen.length} are chosen.`);
  return chosen;
}

async function judgeInvariants(mutants: readonly InvariantMutant[], bench: Workbench): Promise<void> {
  await step('Without a fault', () => bench.requireGreen(CAMPAIGNS));
  const count = await judgeAll(mutants, (mutant) => bench.judge(mutant, campaignOf(mutant)));
  // A fault that nobody could judge shows no campaign's worth.
  if (count('does not compile') > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  const { invariants, only } = options;
  const faults = INVARIANT_FAULTS.filter(({ invariant }) => only.length === 0 || only.includes(invariant));
  const ofInvariants = faults.map((fault) =>
    invariantMutant(fault, readFileSync(join(ROOT, fault.file), 'utf8')),
  );
  const chosen = invariants ? ofInvariants : chooseMutants(options);
  if (options.list) {
    for (const mutant of chosen) say(`${placeOf(mutant)}  ${mutant.fault}`);
    return;
  }
  const bench = new Workbench(options);
  try {
    if (invariants) return await judgeInvariants(ofInvariants, bench);
    await step('Without a fault', () => bench.requireGreen());
    await judgeAll(chosen, (mutant) => bench.judge(mutant));
  } finally {
    bench.remove();
  }
}

try {
  await main();
} catch (error) {
  report(error);
  process.exitCode = 2;
}
