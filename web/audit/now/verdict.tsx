import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { backingOf, coverageBps, type FigureCheck, sumOf } from '../../shared/chain/coverage.ts';
import { formatPercent } from '../../shared/ui/format.ts';
import { Question, ShieldCheck, Warning } from '../icons.tsx';

type Props =
  | { state: 'reading' }
  | { state: 'unread'; what: string }
  | {
      state: 'read';
      figures: CoalitionFigures;
      checks: readonly FigureCheck[];
      disagrees: boolean;
      small: boolean;
    };

/** The one question and its answer. Green stands only for figures that were read and recomputed a moment ago. */
export function Verdict(props: Props) {
  const answer = answerOf(props);
  // Above another part of the page a good answer takes less room; a bad one never.
  const small = props.state === 'read' && props.small && answer.tone === 'good';
  const icon = small ? 'size-7' : 'size-12 md:size-16';
  return (
    <section aria-live="polite" data-verdict={answer.tone}>
      <h1 className="text-lg font-semibold text-muted">Is every point backed?</h1>
      <p
        className={`mt-2 flex items-center font-bold tracking-tight ${small ? 'gap-2.5 text-2xl' : 'gap-4 text-5xl md:text-7xl'}`}
      >
        {answer.tone === 'good' ? <ShieldCheck className={`shrink-0 text-good ${icon}`} /> : null}
        {answer.tone === 'bad' ? <Warning className={`shrink-0 text-bad ${icon}`} /> : null}
        {answer.tone === 'unknown' ? <Question className={`shrink-0 text-muted ${icon}`} /> : null}
        {answer.headline}
      </p>
      <p className={`max-w-2xl text-balance text-muted ${small ? 'mt-1' : 'mt-4 text-lg'}`}>
        {answer.because}
      </p>
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
  if (props.disagrees)
    return {
      tone: 'bad',
      headline: 'No',
      because: 'What all events add up to is not what the contracts say; see what differs below.',
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
