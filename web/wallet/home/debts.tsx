import { t } from '@lingui/core/macro';
import type { Balances, Partner } from '../../shared/api/shapes.ts';
import { partnerName } from '../queries.ts';
import { pointsWords } from '../words/points.ts';

interface Props {
  debts: Balances['debts'];
  partners: readonly Partner[] | undefined;
}

/** What comes off the next points, because purchases were returned whose points the member had already. */
export function Debts({ debts, partners }: Props) {
  return debts.map(({ partner, points }) => (
    <p key={partner} data-testid="debt" className="panel p-4 text-sm" role="status">
      {debtWords(partnerName(partners, partner), pointsWords(points))}
    </p>
  ));
}

const debtWords = (shop: string, amount: string): string =>
  t`You returned a purchase at ${shop}: ${amount} come off what you earn there next.`;
