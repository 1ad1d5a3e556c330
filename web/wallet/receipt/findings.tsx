import { t } from '@lingui/core/macro';
import { Check, CircleHelp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CheckStep, Verdict } from '../../shared/chain/verdict.ts';
import { Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { ShareButton } from '../ui/share-button.tsx';
import { problemWords } from '../words/problems.ts';
import { factWords, stepWords } from '../words/proof.ts';

interface Props {
  title: string;
  /** Missing while it is being checked. */
  found: { verdict: Verdict; steps: readonly CheckStep[] } | undefined;
  error: unknown;
  words: Record<Verdict, string>;
  /** What a shared link says, where it is worth sharing. */
  share?: { path: string; text: string } | undefined;
  /** What was checked, as it claims to be. */
  children: ReactNode;
}

const tones = { proven: 'good', waiting: 'warn', refuted: 'bad', unchecked: 'bad' } as const;

/** A proof page: the verdict in one sentence, what was checked, and every step of it. */
export function ProofPage({ title, found, error, words, share, children }: Props) {
  return (
    <article className="mx-auto max-w-2xl">
      <BackLink path="/history" label={t`History`} />
      <h1 className="mb-5 text-2xl font-bold tracking-tight">{title}</h1>
      {error ? (
        <Notice tone="bad">
          {t`Not checked.`} {problemWords(error)}
        </Notice>
      ) : found ? (
        <div className="space-y-4" data-verdict={found.verdict}>
          <Notice tone={tones[found.verdict]}>
            <span className="text-base font-semibold">{words[found.verdict]}</span>
          </Notice>
          {children}
          <section className="panel p-5">
            <h2 className="font-semibold">{t`What your browser checked`}</h2>
            <ol className="mt-3 space-y-4">
              {found.steps.map((step) => (
                <Step key={step.what} step={step} />
              ))}
            </ol>
          </section>
          {share ? <ShareButton {...share} /> : null}
        </div>
      ) : (
        <Skeletons rows={4} />
      )}
    </article>
  );
}

function Step({ step }: { step: CheckStep }) {
  const detail = factWords(step);
  const look = {
    yes: {
      icon: <Check size={16} strokeWidth={3} aria-hidden="true" />,
      spoken: t`Yes`,
      tone: 'bg-good-soft text-good',
    },
    no: {
      icon: <X size={16} strokeWidth={3} aria-hidden="true" />,
      spoken: t`No`,
      tone: 'bg-bad-soft text-bad',
    },
    open: {
      icon: <CircleHelp size={16} aria-hidden="true" />,
      spoken: t`Not checked`,
      tone: 'bg-raised text-muted',
    },
  }[step.result];
  return (
    <li className="flex gap-3">
      <span className={`grid size-7 shrink-0 place-items-center rounded-full ${look.tone}`}>{look.icon}</span>
      <div className="min-w-0">
        <p className="font-medium">
          <span className="sr-only">{look.spoken}: </span>
          {stepWords(step)}
        </p>
        {detail ? <p className="text-sm break-all text-muted">{detail}</p> : null}
      </div>
    </li>
  );
}
