import type { Balances, Partner } from '../../shared/api/shapes.ts';
import { formatPoints } from '../../shared/ui/format.ts';
import { partnerName } from '../queries.ts';

interface Props {
  debts: Balances['debts'];
  partners: readonly Partner[] | undefined;
}

/** What comes off the next points, because purchases were returned whose points the member had already. */
export function Debts({ debts, partners }: Props) {
  return debts.map(({ partner, points }) => (
    <p key={partner} data-testid="debt" className="panel p-4 text-sm" role="status">
      You returned a purchase at {partnerName(partners, partner)}: {formatPoints(points)} come off what you
      earn there next.
    </p>
  ));
}
