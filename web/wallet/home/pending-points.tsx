import { t } from '@lingui/core/macro';
import { Hourglass } from 'lucide-react';
import type { Balances, Partner } from '../../shared/api/shapes.ts';
import { formatWhole } from '../../shared/ui/format.ts';
import { partnerName } from '../queries.ts';
import { pointsWords } from '../words/points.ts';

interface Props {
  pending: Balances['pending'];
  partners: readonly Partner[] | undefined;
}

/** Points that are earned and can't be spent yet: how many, why, and from whom. */
export function PendingPoints({ pending, partners }: Props) {
  const reasons = new Map<string, Map<number, bigint>>();
  for (const { partner, points, reason } of pending) {
    const why = whyPending(reason);
    const brands = reasons.get(why) ?? new Map<number, bigint>();
    reasons.set(why, brands.set(partner, (brands.get(partner) ?? 0n) + points));
  }
  return [...reasons].map(([why, brands]) => (
    <section
      key={why}
      data-testid="pending"
      className="arrive rounded-3xl bg-good-soft p-5 text-good"
      role="status"
    >
      <p className="flex items-center gap-3 font-semibold">
        <Hourglass size={18} aria-hidden="true" className="shrink-0" />
        {onTheWay([...brands.values()].reduce((sum, points) => sum + points, 0n))}
      </p>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 pl-7.5 text-sm tabular-nums">
        {[...brands].map(([brand, points]) => (
          <li key={brand}>
            <b>+{formatWhole(points)}</b> {partnerName(partners, brand)}
          </li>
        ))}
      </ul>
      <p className="mt-2 pl-7.5 text-sm">{why}</p>
    </section>
  ));
}

function onTheWay(points: bigint): string {
  const amount = pointsWords(points);
  return t`${amount} on the way`;
}

/** Reasons travel as codes; a member reads a sentence. */
function whyPending(reason: string): string {
  if (reason.startsWith('COVERAGE')) return t`They come as soon as the brand has set money aside for them.`;
  if (reason.endsWith('HALTED')) return t`They come as soon as the brand is open again.`;
  if (reason === 'waiting') return t`They take a little longer than usual.`;
  return t`They can be spent in a moment.`;
}
