import type { ReactNode } from 'react';
import type { Purchase } from '../../shared/api/shapes.ts';
import { formatCode, formatMinor, formatWhole } from '../../shared/ui/format.ts';
import { Placeholder } from '../placeholder.tsx';
import { type Outcome, usePurchaseStatus } from './use-give.ts';

const statusWords: Readonly<Record<string, string>> = {
  accepted: 'Accepted, the customer has a receipt',
  batched: 'Accepted, the customer has a receipt',
  sent: 'Being recorded',
  mined: 'Recorded',
  final: 'Recorded for good',
  waiting: 'Accepted, waiting for your brand’s reserve',
};

interface Props {
  outcome: Outcome | undefined;
  /** The member as the till named them. */
  code: string | undefined;
  onNext: () => void;
}

/** The other half of the customer's card: the points that were just given and how far they have come, or that the sale is kept. */
export function Given({ outcome, code, onNext }: Props) {
  if (!outcome) return <Placeholder>The points and the receipt appear here.</Placeholder>;
  if ('purchase' in outcome) return <Recorded purchase={outcome.purchase} code={code} onNext={onNext} />;
  const { amount, currency, id } = outcome.kept;
  return (
    <Card status="kept" id={id} onNext={onNext}>
      <p className="text-sm text-white/75">No connection just now</p>
      <p className="figure mt-1 text-5xl">{formatMinor(BigInt(amount), currency)}</p>
      <p className="mt-2 text-white/75">
        The sale of {formatCode(code ?? '')} is kept on this till and sent by itself: it counts once, with the
        time of now. Don’t type it again.
      </p>
    </Card>
  );
}

function Recorded({
  purchase,
  code,
  onNext,
}: {
  purchase: Purchase;
  code: string | undefined;
  onNext: () => void;
}) {
  const followed = usePurchaseStatus(purchase.id);
  const status = followed.data?.status ?? purchase.status;
  return (
    <Card status={status} id={purchase.id} onNext={onNext}>
      <p className="text-sm text-white/75">Given to {formatCode(code ?? '')}</p>
      <p className="figure mt-1 text-6xl" data-testid="given-points">
        +{formatWhole(purchase.points)}
      </p>
      <p className="mt-1 text-white/75">
        {purchase.points === 0n ? 'This purchase is too small to earn points.' : statusWords[status]}
      </p>
    </Card>
  );
}

function Card({
  status,
  id,
  onNext,
  children,
}: {
  status: string;
  id: string;
  onNext: () => void;
  children: ReactNode;
}) {
  return (
    <section
      className="broken-below rounded-t-3xl bg-card p-6 pb-10 text-white"
      aria-live="polite"
      data-status={status}
    >
      {children}
      <p className="mt-6 text-xs break-all text-white/60">Purchase {id}</p>
      <button
        type="button"
        className="button mt-6 w-full bg-white text-[#14172b] hover:bg-white/90 focus-visible:outline-white"
        onClick={onNext}
      >
        Next customer
      </button>
    </section>
  );
}
