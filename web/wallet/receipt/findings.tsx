import { Check, CircleHelp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { CheckStep, Verdict } from '../../shared/chain/verdict.ts';
import { Notice, Skeletons } from '../../shared/ui/notice.tsx';

interface Props {
  title: string;
  /** Missing while it is being checked. */
  found: { verdict: Verdict; steps: readonly CheckStep[] } | undefined;
  error: unknown;
  words: Record<Verdict, string>;
  /** What was checked, as it claims to be. */
  children: ReactNode;
}

const tones = { proven: 'good', waiting: 'warn', refuted: 'bad', unchecked: 'bad' } as const;

/** A proof page: the verdict in one sentence, what was checked, and every step of it. */
export function ProofPage({ title, found, error, words, children }: Props) {
  return (
    <article className="mx-auto max-w-2xl">
      <p className="mb-3">
        <a className="link" href="#history">
          History
        </a>
      </p>
      <h1 className="mb-5 text-2xl font-bold tracking-tight">{title}</h1>
      {error ? (
        <Notice tone="bad">Not checked. {problemSentence(error)}</Notice>
      ) : found ? (
        <div className="space-y-4" data-verdict={found.verdict}>
          <Notice tone={tones[found.verdict]}>
            <span className="text-base font-semibold">{words[found.verdict]}</span>
          </Notice>
          {children}
          <section className="panel p-5">
            <h2 className="font-semibold">What your browser checked</h2>
            <ol className="mt-3 space-y-4">
              {found.steps.map((step) => (
                <Step key={step.what} {...step} />
              ))}
            </ol>
          </section>
        </div>
      ) : (
        <Skeletons rows={4} />
      )}
    </article>
  );
}

function Step({ what, result, detail }: CheckStep) {
  const look = {
    yes: {
      icon: <Check size={16} strokeWidth={3} aria-hidden="true" />,
      spoken: 'Yes',
      tone: 'bg-good-soft text-good',
    },
    no: {
      icon: <X size={16} strokeWidth={3} aria-hidden="true" />,
      spoken: 'No',
      tone: 'bg-bad-soft text-bad',
    },
    open: {
      icon: <CircleHelp size={16} aria-hidden="true" />,
      spoken: 'Not checked',
      tone: 'bg-raised text-muted',
    },
  }[result];
  return (
    <li className="flex gap-3">
      <span className={`grid size-7 shrink-0 place-items-center rounded-full ${look.tone}`}>{look.icon}</span>
      <div className="min-w-0">
        <p className="font-medium">
          <span className="sr-only">{look.spoken}: </span>
          {what}
        </p>
        {detail ? <p className="text-sm break-all text-muted">{detail}</p> : null}
      </div>
    </li>
  );
}
