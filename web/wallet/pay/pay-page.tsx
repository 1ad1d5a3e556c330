import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readPayment } from '../../shared/api/calls.ts';
import type { Payment, Quote } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatMoney } from '../../shared/ui/format.ts';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { type Holding, holdingsOf, useBalances, usePartners } from '../queries.ts';
import { go } from '../routes/use-route.ts';
import { Choice } from '../spend/choice.tsx';
import { Progress } from '../spend/progress.tsx';
import { QuoteCard } from '../spend/quote-card.tsx';
import { nothingSpent, useQuote, type Wish } from '../spend/use-spend.ts';
import { pointsWords } from '../words/points.ts';
import { problemWords } from '../words/problems.ts';
import { priceOf } from './price-of.ts';

const POLL_MS = 2_000;

/** What the till asks for, in words. */
const askedWords = ({ value, points }: Payment): string =>
  points === undefined ? formatMoney(value ?? 0n) : pointsWords(points);

/** A till asks for points: pick whose, approve, and the till knows. */
export default function PayPage({ id }: { id: string }) {
  const [actId, setActId] = useState<string>();
  const payment = useQuery({
    queryKey: ['payment', id],
    queryFn: () => readPayment(id),
    refetchInterval: ({ state }) => (state.data?.status === 'open' ? POLL_MS : false),
  });
  return (
    <section className="panel mx-auto max-w-md p-6">
      <h1 className="text-xl font-bold tracking-tight">{t`Pay with points`}</h1>
      <div className="mt-4">
        {actId ? (
          <Progress id={actId} paid onClose={() => go('/')} />
        ) : payment.data ? (
          <OpenPayment payment={payment.data} onAccepted={setActId} />
        ) : payment.error ? (
          <Notice tone="bad">{nothingSpent(problemWords(payment.error))}</Notice>
        ) : (
          <Skeletons rows={2} />
        )}
      </div>
    </section>
  );
}

function OpenPayment({ payment, onAccepted }: { payment: Payment; onAccepted: (actId: string) => void }) {
  if (payment.status === 'open') return <PayForm payment={payment} onAccepted={onAccepted} />;
  const words = {
    held: [t`Approved`, t`The shop takes the points when your order is ready, or lets them go.`],
    approved: [t`Approved`, t`It is being recorded; the till will know in a moment.`],
    paid: [t`Paid`, t`This request was paid. Nothing more to do.`],
    expired: [t`This request has run out`, t`Nothing was spent. Ask the till for a new one.`],
    cancelled: [t`The till called this off`, t`Nothing was spent.`],
    released: [t`The till let this go`, t`Nothing was spent.`],
  }[payment.status];
  return (
    <Empty title={words[0] ?? ''}>
      {words[1]}
      <p className="mt-4">
        <a className="button button-quiet" href="/">
          {t`Home`}
        </a>
      </p>
    </Empty>
  );
}

function PayForm({ payment, onAccepted }: { payment: Payment; onAccepted: (actId: string) => void }) {
  const partners = usePartners().data;
  const balances = useBalances().data;
  const [chosen, setChosen] = useState<number>();
  const [quote, setQuote] = useState<Quote>();
  const ask = useQuote();
  if (!partners || !balances) return <Skeletons rows={2} />;
  const able = holdingsOf(partners, balances.balances).filter((from) => priceOf(from, payment) !== undefined);
  const holding = able.find(({ partner }) => partner.id === chosen) ?? able[0];
  const askFor = (from: Holding) => ask.mutate(wishOf(from, payment), { onSuccess: setQuote });
  if (quote && holding) {
    return (
      <QuoteCard
        quote={quote}
        asking={ask.isPending}
        onAccepted={onAccepted}
        onBack={() => setQuote(undefined)}
        onAgain={() => askFor(holding)}
      />
    );
  }
  return (
    <div className="space-y-5">
      <div>
        <p className="text-sm text-muted">{t`The till asks for`}</p>
        <p className="figure text-5xl">{askedWords(payment)}</p>
      </div>
      {holding ? (
        <>
          <Choice
            legend={t`Pay with points from`}
            name="issuer"
            options={able.map((from) => optionOf(from, payment))}
            chosen={holding.partner.id}
            onChoose={setChosen}
          />
          <button
            type="button"
            className="button button-primary w-full"
            aria-disabled={ask.isPending}
            onClick={() => !ask.isPending && askFor(holding)}
          >
            {ask.isPending ? t`Asking…` : t`See what you pay`}
          </button>
        </>
      ) : (
        <Empty title={t`Not enough points at one brand`}>
          {t`Swap points of several brands into one, or pay this in another way.`}
          <p className="mt-4">
            <a className="button button-quiet" href="/swap">
              {t`Swap`}
            </a>
          </p>
        </Empty>
      )}
      {ask.error ? <Notice tone="bad">{nothingSpent(problemWords(ask.error))}</Notice> : null}
    </div>
  );
}

function wishOf(from: Holding, payment: Payment): Wish {
  const { partner } = from;
  return {
    kind: 'redemption',
    issuer: partner.id,
    amount: priceOf(from, payment) ?? 0n,
    payment: payment.id,
  };
}

function optionOf(from: Holding, payment: Payment) {
  const { partner } = from;
  const points = priceOf(from, payment) ?? 0n;
  return {
    id: partner.id,
    label: partner.name,
    hint: pointsWords(points),
    mark: <BrandMark name={partner.name} colour={partner.colour} size="sm" />,
  };
}
