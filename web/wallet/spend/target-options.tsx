import { t } from '@lingui/core/macro';
import { HandHeart } from 'lucide-react';
import type { Charity, Partner, SpendKind } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatMoney } from '../../shared/ui/format.ts';
import { pointsWords } from '../words/points.ts';
import type { Option } from './choice.tsx';

interface Given {
  kind: SpendKind;
  partners: readonly Partner[];
  charities: readonly Charity[];
  issuer: number | undefined;
  /** µUSD that the chosen points are worth. */
  worth: bigint;
}

/** Where points can go: any brand, the own one included; for a swap another brand's points; for a gift the charities. */
export function targetOptions({ kind, partners, charities, issuer, worth }: Given): Option[] {
  if (kind === 'donation') return charities.map(charityOption);
  const open = partners.filter((partner) => !partner.halted);
  if (kind === 'redemption')
    return open.map((brand) => brandOption(brand, brand.id === issuer ? t`own brand` : ''));
  return open
    .filter(({ id, value }) => id !== issuer && value > 0n)
    .map((brand) => brandOption(brand, worth === 0n ? '' : about(worth / brand.value)));
}

function about(points: bigint): string {
  const amount = pointsWords(points);
  return t`about ${amount}`;
}

function soFar(value: bigint): string {
  const money = formatMoney(value);
  return t`${money} so far`;
}

const brandOption = ({ id, name, colour }: Partner, hint: string): Option => ({
  id,
  label: name,
  hint,
  mark: <BrandMark name={name} colour={colour} size="sm" />,
});

const charityOption = ({ id, name, donated }: Charity): Option => ({
  id,
  label: name,
  hint: donated > 0n ? soFar(donated) : '',
  mark: <HandHeart size={22} className="mx-1 shrink-0 text-accent" aria-hidden="true" />,
});
