import { useState } from 'react';
import type { Quote, SpendKind } from '../../shared/api/shapes.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { Sheet } from '../../shared/ui/sheet.tsx';
import { problemWords } from '../words/problems.ts';
import { kindWords } from './kinds.ts';
import { Progress } from './progress.tsx';
import { QuoteCard } from './quote-card.tsx';
import { nothingSpent, useQuote, type Wish } from './use-spend.ts';
import { WishForm } from './wish-form.tsx';

/** Spend, swap or give in one sheet: what and how much → the exact terms → approved → recorded → done. */
export default function SpendSheet({
  kind,
  from,
  to,
  onClose,
}: {
  kind: SpendKind;
  from: number | undefined;
  to: number | undefined;
  onClose: () => void;
}) {
  const [wish, setWish] = useState<Wish>();
  const [quote, setQuote] = useState<Quote>();
  const [actId, setActId] = useState<string>();
  const ask = useQuote();
  const askFor = (wanted: Wish) => {
    setWish(wanted);
    ask.mutate(wanted, { onSuccess: setQuote });
  };
  return (
    <Sheet title={kindWords(kind).title} onClose={onClose}>
      {actId ? (
        <Progress id={actId} onClose={onClose} />
      ) : quote ? (
        <QuoteCard
          quote={quote}
          onAccepted={setActId}
          onBack={() => setQuote(undefined)}
          onAgain={() => wish && askFor(wish)}
          asking={ask.isPending}
        />
      ) : (
        <>
          <WishForm kind={kind} from={from} to={to} wish={wish} asking={ask.isPending} onAsk={askFor} />
          {ask.error ? (
            <div className="mt-4">
              <Notice tone="bad">{nothingSpent(problemWords(ask.error))}</Notice>
            </div>
          ) : null}
        </>
      )}
    </Sheet>
  );
}
