import { CircleHelp, ShieldCheck, TriangleAlert } from 'lucide-react';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { backingOf, coverageBps, type FigureCheck, sumOf } from '../../shared/chain/coverage.ts';
import { formatPercent } from '../../shared/ui/format.ts';

type Props =
  | { state: 'reading' }
  | { state: 'unread'; what: string }
  | { state: 'read'; figures: CoalitionFigures; checks: readonly FigureCheck[] };

/** The one question and its answer. Green stands only for figures that were read and recomputed a moment ago. */
export function Verdict(props: Props) {
  const answer = answerOf(props);
  return (
    <section aria-live="polite" data-verdict={answer.tone}>
      <h1 className="text-lg font-semibold text-muted">Is every point backed?</h1>
      <p className="mt-2 flex items-center gap-4 text-5xl font-bold tracking-tight md:text-7xl">
        {answer.tone === 'good' ? (
          <ShieldCheck className="size-12 shrink-0 text-good md:size-16" aria-hidden="true" />
        ) : null}
        {answer.tone === 'bad' ? (
          <TriangleAlert className="size-12 shrink-0 text-bad md:size-16" aria-hidden="true" />
        ) : null}
        {answer.tone === 'unknown' ? (
          <CircleHelp className="size-12 shrink-0 text-muted md:size-16" aria-hidden="true" />
        ) : null}
        {answer.headline}
      </p>
      <p className="mt-4 max-w-2xl text-lg text-balance text-muted">{answer.because}</p>
    </section>
  );
}

function answerOf(props: Props): { tone: 'good' | 'bad' | 'unknown'; headline: string; because: string } {
  if (props.state === 'reading')
    return {
      tone: 'unknown',
      headline: 'Reading…',
      because: 'Your browser is reading the figures from the chain.',
    };
  if (props.state === 'unread') return { tone: 'unknown', headline: 'Not checked', because: props.what };
  const { partners } = props.figures;
  if (props.checks.some(({ holds }) => !holds))
    return {
      tone: 'bad',
      headline: 'No',
      because: 'The contract’s own figures contradict each other; see what was recomputed below.',
    };
  const short = partners.filter((partner) => backingOf(partner) === 'short').map(({ name }) => name);
  if (short.length > 0)
    return {
      tone: 'bad',
      headline: 'No',
      because: `${short.join(', ')} holds less than it must. It can issue no more points until money arrives.`,
    };
  const total = coverageBps(sumOf(partners.map((p) => p.reserve)), sumOf(partners.map((p) => p.liability)));
  const percent = total === undefined ? '' : `, ${formatPercent(total)}`;
  const partly = partners.filter((partner) => backingOf(partner) === 'policy').map(({ name }) => name);
  if (partly.length === 0)
    return {
      tone: 'good',
      headline: `Yes${percent}`,
      because: 'Every brand holds at least as much money as it owes for all its points.',
    };
  return {
    tone: 'good',
    headline: `As promised${percent}`,
    because: `Every brand holds at least what its policy asks. ${partly.join(' and ')} may hold less than it owes, because points spent at the own brand draw no money.`,
  };
}
