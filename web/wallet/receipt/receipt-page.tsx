import { useQuery } from '@tanstack/react-query';
import { Check, CircleHelp, X } from 'lucide-react';
import type { Receipt } from '../../../backend/protocol/receipt.ts';
import { readReceipt } from '../../shared/api/calls.ts';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { CheckStep, ReceiptVerdict } from '../../shared/chain/receipt-proof.ts';
import { formatMoment, formatPoints } from '../../shared/ui/format.ts';
import { Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { partnerName, useNetwork, usePartners } from '../queries.ts';

const AGAIN_MS = 4_000;

/** A receipt and what this browser finds when it checks it itself, against the chain and nobody's word. */
export default function ReceiptPage({ id }: { id: string }) {
  const network = useNetwork().data;
  const proof = useQuery({
    queryKey: ['receipt', id],
    queryFn: async () => {
      const [answer, { checkReceipt }] = await Promise.all([
        readReceipt(id),
        import('../../shared/chain/receipt-proof.ts'),
      ]);
      if (!network) throw new TypeError('a receipt waits for the network');
      return checkReceipt(answer, id, network);
    },
    enabled: network !== undefined,
    // An answer of before must never stand for a check that failed now.
    placeholderData: undefined,
    refetchInterval: ({ state }) => (state.data?.verdict === 'proven' ? false : AGAIN_MS),
  });
  return (
    <article className="mx-auto max-w-2xl">
      <p className="mb-3">
        <a className="link" href="#history">
          History
        </a>
      </p>
      <h1 className="text-2xl font-bold tracking-tight">Receipt</h1>
      {proof.error ? (
        <div className="mt-5">
          <Notice tone="bad">Not checked. {problemSentence(proof.error)}</Notice>
        </div>
      ) : proof.data ? (
        <Findings {...proof.data} />
      ) : (
        <div className="mt-5">
          <Skeletons rows={4} />
        </div>
      )}
    </article>
  );
}

const headlines: Record<ReceiptVerdict['verdict'], { words: string; tone: 'good' | 'warn' | 'bad' }> = {
  proven: { words: 'Proven. These points are on the record for good.', tone: 'good' },
  waiting: { words: 'Signed, not yet on the record. This usually takes a few seconds.', tone: 'warn' },
  refuted: { words: 'No. This receipt is not what it claims to be.', tone: 'bad' },
  unchecked: { words: 'Not checked. The node did not answer, so nothing is confirmed.', tone: 'bad' },
};

function Findings({ verdict, steps, receipt }: ReceiptVerdict) {
  const { words, tone } = headlines[verdict];
  return (
    <div className="mt-5 space-y-4" data-verdict={verdict}>
      <Notice tone={tone}>
        <span className="text-base font-semibold">{words}</span>
      </Notice>
      {receipt ? <Facts receipt={receipt} /> : null}
      <section className="panel p-5">
        <h2 className="font-semibold">What your browser checked</h2>
        <ol className="mt-3 space-y-4">
          {steps.map((step) => (
            <Step key={step.what} {...step} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function Facts({ receipt }: { receipt: Receipt }) {
  const partners = usePartners().data;
  return (
    <section className="panel broken-below px-5 pt-5 pb-8">
      <p className="figure text-3xl">{formatPoints(BigInt(receipt.points))}</p>
      <p className="text-muted">
        earned at {partnerName(partners, receipt.partner)},{' '}
        {formatMoment(new Date(receipt.occurredAt * 1000))}
      </p>
      <p className="mt-3 text-sm break-all text-muted">Till’s number {receipt.purchase}</p>
    </section>
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
