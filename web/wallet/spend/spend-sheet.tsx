import { useState } from 'react';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { Quote, SpendKind } from '../../shared/api/shapes.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { Sheet } from '../../shared/ui/sheet.tsx';
import { kindWords } from './kinds.ts';
import { Progress } from './progress.tsx';
import { QuoteCard } from './quote-card.tsx';
import { useQuote, type Wish } from './use-spend.ts';
import { WishForm } from './wish-form.tsx';

/** Spend, swap or give in one sheet: what and how much → the exact terms → approved → recorded → done. */
export function SpendSheet({
  start,
  onClose,
}: {
  start: { spend: SpendKind; issuer?: number | undefined };
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
    <Sheet title={kindWords[start.spend].title} onClose={onClose}>
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
          <WishForm
            kind={start.spend}
            issuer={start.issuer}
            wish={wish}
            asking={ask.isPending}
            onAsk={askFor}
          />
          {ask.error ? (
            <div className="mt-4">
              <Notice tone="bad">Nothing was spent. {problemSentence(ask.error)}</Notice>
            </div>
          ) : null}
        </>
      )}
    </Sheet>
  );
}
