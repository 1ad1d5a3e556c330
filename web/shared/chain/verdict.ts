/** What is checked, by a name that a page in another language has its own words for. */
export type StepName = 'signature' | 'signer' | 'tree' | 'batch' | 'depth' | 'event' | 'terms' | 'minimum';

/** What was found, or why not, for pages in other languages: the facts of `detail`. */
export type StepFacts =
  | { code: 'signed-by'; who: string }
  | { code: 'in-batch'; batch: string; root: string }
  | { code: 'at'; block: string; transaction: string }
  | { code: 'depth'; have: string; want: string }
  | { code: 'silent'; node?: string }
  | { code: 'unseen' | 'early' | 'unreadable' | 'no-role' | 'another-receipt' | 'not-a-receipt' };

/** `open` means that this was not checked, or can't be yet: never a yes. */
export interface CheckStep {
  what: string;
  result: 'yes' | 'no' | 'open';
  detail?: string | undefined;
  name?: StepName;
  facts?: StepFacts | undefined;
}

/** `waiting`: all that could be checked holds, the rest is yet to come. `unchecked`: the node did not answer, so nothing is confirmed. */
export type Verdict = 'proven' | 'waiting' | 'refuted' | 'unchecked';

/** One no refutes; only yes in every step proves. */
export function verdictOf(steps: readonly CheckStep[], nodeAnswered: boolean): Verdict {
  if (steps.some(({ result }) => result === 'no')) return 'refuted';
  if (steps.every(({ result }) => result === 'yes')) return 'proven';
  return nodeAnswered ? 'waiting' : 'unchecked';
}
