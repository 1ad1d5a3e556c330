import { Hourglass } from 'lucide-react';
import type { Balances, Partner } from '../../shared/api/shapes.ts';
import { formatPoints } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { partnerName } from '../queries.ts';

interface Props {
  pending: Balances['pending'];
  partners: readonly Partner[] | undefined;
}

/** Points that are earned and can't be spent yet, one line a brand and reason. */
export function PendingPoints({ pending, partners }: Props) {
  const lines = new Map<string, { partner: number; points: bigint; why: string }>();
  for (const { partner, points, reason } of pending) {
    const why = whyPending(reason);
    const sofar = lines.get(`${partner} ${why}`)?.points ?? 0n;
    lines.set(`${partner} ${why}`, { partner, points: sofar + points, why });
  }
  if (lines.size === 0) return null;
  return (
    <section aria-label="Points on their way" className="space-y-2" data-testid="pending">
      {[...lines].map(([line, { partner, points, why }]) => (
        <Notice key={line} tone="good" icon={<Hourglass size={18} aria-hidden="true" />}>
          <b>+{formatPoints(points)}</b> from {partnerName(partners, partner)}. {why}
        </Notice>
      ))}
    </section>
  );
}

/** Reasons travel as codes; a member reads a sentence. */
function whyPending(reason: string): string {
  if (reason.startsWith('COVERAGE')) return 'They come as soon as the brand has set money aside for them.';
  if (reason.endsWith('HALTED')) return 'They come as soon as the brand is open again.';
  if (reason === 'waiting') return 'They take a little longer than usual.';
  return 'They can be spent in a moment.';
}
