import type { Purchase } from '../../shared/api/shapes.ts';
import { formatCode, formatWhole } from '../../shared/ui/format.ts';
import { Placeholder } from '../placeholder.tsx';
import { usePurchaseStatus } from './use-give.ts';

const statusWords: Readonly<Record<string, string>> = {
  accepted: 'Accepted, the customer has a receipt',
  batched: 'Accepted, the customer has a receipt',
  sent: 'Being recorded',
  mined: 'Recorded',
  final: 'Recorded for good',
  waiting: 'Accepted, waiting for your brand’s reserve',
};

interface Props {
  purchase: Purchase | undefined;
  /** The member as the till named them. */
  code: string | undefined;
  onNext: () => void;
}

/** The other half of the customer's card: the points that were just given, and how far they have come. */
export function Given({ purchase, code, onNext }: Props) {
  const followed = usePurchaseStatus(purchase?.id);
  if (!purchase) {
    return <Placeholder>The points and the receipt appear here.</Placeholder>;
  }
  const status = followed.data?.status ?? purchase.status;
  return (
    <section
      className="broken-below rounded-t-3xl bg-card p-6 pb-10 text-white"
      aria-live="polite"
      data-status={status}
    >
      <p className="text-sm text-white/75">Given to {formatCode(code ?? '')}</p>
      <p className="figure mt-1 text-6xl" data-testid="given-points">
        +{formatWhole(purchase.points)}
      </p>
      <p className="mt-1 text-white/75">
        {purchase.points === 0n ? 'This purchase is too small to earn points.' : statusWords[status]}
      </p>
      <p className="mt-6 text-xs break-all text-white/60">Purchase {purchase.id}</p>
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
