import { t } from '@lingui/core/macro';
import { ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Quote } from '../../shared/api/shapes.ts';
import { formatDecimal, formatMoney } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { actSentence } from '../words/act-sentence.ts';
import { brandPoints } from '../words/points.ts';
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
  const left = clock(seconds);
  const { act } = quote;
  const names = useActNames()(act);
  const { counterparty } = names;
  const busy = approve.isPending || asking;
  return (
    <div>
      <p className="text-xl leading-snug font-semibold text-balance" data-testid="quote-sentence">
        {actSentence(act, names)}
      </p>
      <dl className="mt-5 divide-y divide-line rounded-2xl border border-line text-sm">
        <Row label={t`You use`} value={brandPoints(act.amount, names.issuer)} />
        <Row
          label={act.kind === 'donation' ? t`${counterparty} receives` : t`They are worth`}
          value={formatMoney(quote.value)}
        />
        {act.kind === 'exchange' && quote.received !== undefined ? (
          <>
            <Row label={t`You get`} value={brandPoints(quote.received, counterparty)} />
            <Row label={t`One point becomes`} value={formatDecimal(quote.received, act.amount)} />
          </>
        ) : null}
        <Row label={t`It costs you`} value={t`nothing else`} />
      </dl>
      <p className="mt-4 flex items-start gap-2 text-sm text-muted">
        <ShieldCheck size={18} className="mt-0.5 shrink-0" aria-hidden="true" />
        {t`Points that expire first are used first. You get at least this, or nothing is spent.`}
      </p>
      {approve.error ? (
        <div className="mt-4">
          <Notice tone="bad">{approvalSentence(approve.error)}</Notice>
        </div>
      ) : null}
      <div className="mt-6 flex flex-wrap gap-3">
        <button type="button" className="button button-quiet" onClick={onBack}>
          {t`Back`}
        </button>
        {seconds > 0 || approve.isPending ? (
          <button
            type="button"
            className="button button-primary grow"
            aria-disabled={busy}
            onClick={() => !busy && approve.mutate(act, { onSuccess: ({ id }) => onAccepted(id) })}
          >
            {approve.isPending ? t`Approving…` : t`Approve`}
          </button>
        ) : (
          <button
            type="button"
            className="button button-primary grow"
            aria-disabled={asking}
            onClick={() => !asking && onAgain()}
          >
            {t`Ask again`}
          </button>
        )}
      </div>
      <p className="mt-3 text-center text-xs text-muted tabular-nums">
        {seconds > 0 ? t`These terms hold for ${left}` : t`These terms have run out`}
      </p>
    </div>
  );
}

function Row({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4 px-4 py-3">
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
