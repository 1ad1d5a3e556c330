import { ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { sentence } from '../../../backend/protocol/sentence.ts';
import type { Quote } from '../../shared/api/shapes.ts';
import { formatMoney, formatPoints } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useActNames } from './use-act-names.ts';
import { approvalSentence, useApprove } from './use-spend.ts';

interface Props {
  quote: Quote;
  asking: boolean;
  onAccepted: (actId: string) => void;
  onBack: () => void;
  onAgain: () => void;
}

/** The exact terms in plain words, written here from what will be approved, and one button. */
export function QuoteCard({ quote, asking, onAccepted, onBack, onAgain }: Props) {
  const approve = useApprove();
  const seconds = useSecondsUntil(quote.expiresAt);
  const { act } = quote;
  const names = useActNames()(act);
  const busy = approve.isPending || asking;
  return (
    <div>
      <p className="text-xl leading-snug font-semibold text-balance" data-testid="quote-sentence">
        {sentence(act, names)}
      </p>
      <dl className="mt-5 divide-y divide-line rounded-2xl border border-line text-sm">
        <Row label="You use" value={`${formatPoints(act.amount)} of ${names.issuer}`} />
        <Row
          label={act.kind === 'donation' ? `${names.counterparty} receives` : 'They are worth'}
          value={formatMoney(quote.value)}
        />
        {act.kind === 'exchange' && quote.received !== undefined ? (
          <Row label="You get" value={`${formatPoints(quote.received)} of ${names.counterparty}`} />
        ) : null}
        <Row label="It costs you" value="nothing else" />
      </dl>
      <p className="mt-4 flex items-start gap-2 text-sm text-muted">
        <ShieldCheck size={18} className="mt-0.5 shrink-0" aria-hidden="true" />
        Points that expire first are used first. You get at least this, or nothing is spent.
      </p>
      {approve.error ? (
        <div className="mt-4">
          <Notice tone="bad">{approvalSentence(approve.error)}</Notice>
        </div>
      ) : null}
      <div className="mt-6 flex gap-3">
        <button type="button" className="button button-quiet" onClick={onBack}>
          Back
        </button>
        {seconds > 0 || approve.isPending ? (
          <button
            type="button"
            className="button button-primary flex-1"
            aria-disabled={busy}
            onClick={() => !busy && approve.mutate(act, { onSuccess: ({ id }) => onAccepted(id) })}
          >
            {approve.isPending ? 'Approving…' : 'Approve'}
          </button>
        ) : (
          <button
            type="button"
            className="button button-primary flex-1"
            aria-disabled={asking}
            onClick={() => !asking && onAgain()}
          >
            Ask again
          </button>
        )}
      </div>
      <p className="mt-3 text-center text-xs text-muted tabular-nums">
        {seconds > 0 ? `These terms hold for ${clock(seconds)}` : 'These terms have run out'}
      </p>
    </div>
  );
}

function Row({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex justify-between gap-4 px-4 py-3">
      <dt className="text-muted">{label}</dt>
      <dd className="text-right font-semibold">{value}</dd>
    </div>
  );
}

function useSecondsUntil(moment: Date): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((moment.getTime() - now) / 1000));
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toString().padStart(2, '0')}`;
}
