/** `open` means that this was not checked, or can't be yet: never a yes. */
export interface CheckStep {
  what: string;
  result: 'yes' | 'no' | 'open';
  detail?: string | undefined;
}

/** `waiting`: all that could be checked holds, the rest is yet to come. `unchecked`: the node did not answer, so nothing is confirmed. */
export type Verdict = 'proven' | 'waiting' | 'refuted' | 'unchecked';

/** One no refutes; only yes in every step proves. */
export function verdictOf(steps: readonly CheckStep[], nodeAnswered: boolean): Verdict {
  if (steps.some(({ result }) => result === 'no')) return 'refuted';
  if (steps.every(({ result }) => result === 'yes')) return 'proven';
  return nodeAnswered ? 'waiting' : 'unchecked';
}
