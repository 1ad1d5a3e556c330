/** Prints what operations cost, beside their budgets and the peers of the same run. */
import { mustRun } from '../../shared/run-tool.ts';
import { CODE_LIMIT, type Measured, overBudget, ROWS, type Row, type RowKey, SIZED } from './budgets.ts';
import { openBenchChain } from './chain.ts';
import { measureCoalition } from './measure-coalition.ts';
import { measurePeers } from './measure-peers.ts';

/** The hardfork that the budgets are for. */
const BUDGETED = 'osaka';

const PEERS = ['PackedMintToken', 'RelayedCoalition', 'ExpiringPoints', 'SponsoringPaymaster'].map(
  (name) => `test/contracts/peers/${name}.sol`,
);

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Bytes of code by contract. */
type Sizes = Record<(typeof SIZED)[number], number>;

/** Measures every row. The contracts and the peers were built before. */
export async function measureGas(hardfork: string): Promise<{ gas: Measured; sizes: Sizes }> {
  const chain = await openBenchChain(hardfork);
  const gas = { ...(await measureCoalition(chain)), ...(await measurePeers(chain)) } as Measured;
  const sizes = {} as Sizes;
  for (const name of SIZED) sizes[name] = await codeSize(name);
  return { gas, sizes };
}

async function codeSize(name: string): Promise<number> {
  const { artifacts } = await import('hardhat');
  const { deployedBytecode } = await artifacts.readArtifact(name);
  return (deployedBytecode.length - 2) / 2;
}

/** Builds the peers, measures, prints. Returns whether all is within its budget. */
export async function benchGas({ hardfork, json }: { hardfork: string; json: boolean }): Promise<boolean> {
  await mustRun('hardhat', ['build', '--quiet', ...PEERS]);
  const { gas, sizes } = await measureGas(hardfork);
  const over = hardfork === BUDGETED ? overBudget(gas) : [];
  const largest = SIZED.filter((name) => sizes[name] > CODE_LIMIT);
  console.log(tableOf(gas, hardfork));
  for (const name of SIZED)
    console.log(`  ${name.padEnd(42)}${numbers.format(sizes[name]).padStart(9)} bytes of code`);
  if (json) {
    const bytes = Object.fromEntries(SIZED.map((name) => [`bytes.${name}`, sizes[name]]));
    console.log(JSON.stringify({ ...roundedUp(gas), ...bytes }));
  }
  return over.length === 0 && largest.length === 0;
}

function tableOf(gas: Measured, hardfork: string): string {
  const lines = (Object.keys(ROWS) as RowKey[]).map((key) => {
    const { label, budget, because }: Row = ROWS[key];
    const cells = `  ${label.padEnd(42)}${numbers.format(Math.ceil(gas[key])).padStart(9)}`;
    if (budget === undefined || hardfork !== BUDGETED) return cells;
    const verdict = gas[key] <= budget ? 'ok' : `over budget${because ? `: ${because}` : ''}`;
    return `${cells}${numbers.format(budget).padStart(10)}  ${verdict}`;
  });
  const head = `  ${`gas per item, ${hardfork}`.padEnd(42)}${'gas'.padStart(9)}${hardfork === BUDGETED ? `${'budget'.padStart(10)}` : ''}`;
  return [head, ...lines].join('\n');
}

const roundedUp = (gas: Measured) =>
  Object.fromEntries(Object.entries(gas).map(([key, value]) => [key, Math.ceil(value)]));
