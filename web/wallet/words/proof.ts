import { t } from '@lingui/core/macro';
import type { CheckStep, StepFacts, StepName } from '../../shared/chain/verdict.ts';

/*
 * The steps of a proof are for whoever wants to know exactly, so these texts alone may name the machinery. Their context says so to
 * the check of the catalogues.
 */

/** What a step checks, in the reader's language. */
export function stepWords({ name, what }: CheckStep): string {
  return name ? steps[name]() : what;
}

/** What a step found, or why it could not be taken. */
export function factWords({ facts, detail, name }: CheckStep): string | undefined {
  if (facts) return wordsOf(facts);
  return name ? undefined : detail;
}

const steps: Readonly<Record<StepName, () => string>> = {
  signature: () => t({ context: 'proof', message: 'It is signed, and nobody changed it since' }),
  signer: () => t({ context: 'proof', message: 'Who signed it may sign receipts, says the chain' }),
  tree: () => t({ context: 'proof', message: 'It is part of its batch' }),
  batch: () => t({ context: 'proof', message: 'The batch is on the chain, issued by the coalition' }),
  depth: () => t({ context: 'proof', message: 'Enough blocks stand on it' }),
  event: () => t({ context: 'proof', message: 'The coalition did it, in its own event on the chain' }),
  terms: () =>
    t({
      context: 'proof',
      message: 'What was done is what was approved: who, whose points, where to, how many',
    }),
  minimum: () => t({ context: 'proof', message: 'It yielded at least what was approved' }),
};

function wordsOf(facts: StepFacts): string {
  switch (facts.code) {
    case 'signed-by': {
      const { who } = facts;
      return t({ context: 'proof', message: `Signed by ${who}` });
    }
    case 'in-batch': {
      const { batch, root } = facts;
      return t({ context: 'proof', message: `Batch ${batch}, root ${root}` });
    }
    case 'at': {
      const { block, transaction } = facts;
      return t({ context: 'proof', message: `Block ${block}, transaction ${transaction}` });
    }
    case 'depth': {
      const { have, want } = facts;
      return t({ context: 'proof', message: `${have} of ${want}` });
    }
    case 'silent': {
      const { node } = facts;
      return node
        ? t({ context: 'proof', message: `The node at ${node} did not answer.` })
        : t({ context: 'proof', message: 'The node did not answer.' });
    }
    case 'unseen':
      return t({ context: 'proof', message: 'The node does not know the transaction (yet).' });
    case 'early':
      return t({ context: 'proof', message: 'Not in a transaction yet.' });
    case 'unreadable':
      return t({ context: 'proof', message: 'The proof can’t be read.' });
    case 'no-role':
      return t({ context: 'proof', message: 'Who signed it does not hold the role for receipts.' });
    case 'another-receipt':
      return t({ context: 'proof', message: 'It is another receipt than the one asked for.' });
    case 'not-a-receipt':
      return t({ context: 'proof', message: 'What it says is not what was signed.' });
  }
}
