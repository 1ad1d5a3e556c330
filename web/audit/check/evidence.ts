import type { Hex } from 'viem';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { type Exchange, noted, type Rpc, RpcProblem } from '../../shared/chain/rpc.ts';

/** What checks are made against: a node, and the coalition as it was read from it at one block. */
export interface Evidence {
  readonly rpc: Rpc;
  readonly coalition: Hex;
  readonly figures: CoalitionFigures;
}

/** `open` means that this was not checked, or can't be yet: never a yes. */
export type StepResult = 'yes' | 'no' | 'open';

/** One thing that was checked, with what the node was asked and what it answered. */
export interface Step {
  readonly what: string;
  readonly result: StepResult;
  readonly detail: string | undefined;
  readonly exchanges: readonly Exchange[];
}

/** What a check comes to. `about` says what was checked, in facts for the reader; `also` are links to further checks. */
export interface CheckReport {
  readonly title: string;
  readonly about: readonly (readonly [name: string, value: string])[];
  readonly steps: readonly Step[];
  readonly also: readonly { readonly words: string; readonly check: string }[];
}

/** One no refutes; only yes in every step proves. */
export function verdictOf(steps: readonly Step[]): 'proven' | 'refuted' | 'open' {
  if (steps.some(({ result }) => result === 'no')) return 'refuted';
  return steps.length > 0 && steps.every(({ result }) => result === 'yes') ? 'proven' : 'open';
}

/** What a step found. */
export interface Finding {
  readonly result: StepResult;
  readonly detail?: string;
}

export const yes = (detail?: string): Finding => ({ result: 'yes', ...(detail ? { detail } : {}) });
export const no = (detail?: string): Finding => ({ result: 'no', ...(detail ? { detail } : {}) });
export const open = (detail?: string): Finding => ({ result: 'open', ...(detail ? { detail } : {}) });

/** Does one step. When the node does not answer, nothing was checked, and the step says so. */
export async function step(
  what: string,
  evidence: Evidence,
  check: (evidence: Evidence) => Promise<Finding> | Finding,
): Promise<Step> {
  const exchanges: Exchange[] = [];
  const rpc = noted(evidence.rpc, (exchange) => exchanges.push(exchange));
  try {
    const { result, detail } = await check({ ...evidence, rpc });
    return { what, result, detail, exchanges };
  } catch (problem) {
    if (!(problem instanceof RpcProblem)) throw problem;
    const detail = `Not checked: the node gave no answer that can be used (${problem.message}).`;
    return { what, result: 'open', detail, exchanges };
  }
}

/** A step that can't be done, because one before it failed. */
export const skipped = (what: string, detail = 'Not checked.'): Step => ({
  what,
  result: 'open',
  detail,
  exchanges: [],
});
