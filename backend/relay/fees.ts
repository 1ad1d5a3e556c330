import type { Deps } from '../shared/deps.ts';

/** What a transaction offers, in wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

const GWEI = 10n ** 9n;
/** Never more than this is offered: a fee spike waits instead of emptying the gas wallet. */
export const FEE_LIMIT = 500n * GWEI;
const DEFAULT_PRIORITY = GWEI;

const capped = (fee: bigint): bigint => (fee > FEE_LIMIT ? FEE_LIMIT : fee);

/** Twice the present base fee, so that six full blocks in a row don't strand a transaction, plus the tip that the node suggests. */
export async function estimateFees({ chain }: Pick<Deps, 'chain'>): Promise<Fees> {
  const [block, tip] = await Promise.all([
    chain.getBlock({ blockTag: 'latest' }),
    chain.request({ method: 'eth_maxPriorityFeePerGas' }).then(BigInt, () => DEFAULT_PRIORITY),
  ]);
  const maxPriorityFeePerGas = capped(tip);
  return { maxFeePerGas: capped(2n * (block.baseFeePerGas ?? 0n) + tip), maxPriorityFeePerGas };
}

/** An eighth more, rounded up: nodes take a replacement from 10 % more on. */
const raised = (fee: bigint): bigint => fee + (fee + 7n) / 8n;

/** Fees for a replacement: an eighth above the last attempt's and at least the present estimate; null when the limit leaves no room. */
export function raiseFees(last: Fees, present: Fees): Fees | null {
  const pick = (a: bigint, b: bigint) => [raised(a), b].reduce((x, y) => (x < y ? y : x));
  const maxFeePerGas = pick(last.maxFeePerGas, present.maxFeePerGas);
  const maxPriorityFeePerGas = pick(last.maxPriorityFeePerGas, present.maxPriorityFeePerGas);
  if (maxFeePerGas > FEE_LIMIT || maxPriorityFeePerGas > FEE_LIMIT) return null;
  return { maxFeePerGas, maxPriorityFeePerGas };
}
