import { useId } from 'react';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import type { Holding } from '../queries.ts';
import { pointsWords } from '../words/points.ts';

interface Props {
  label: string;
  holdings: readonly Holding[];
  chosen: Holding | undefined;
  onChoose: (partner: number) => void;
}

/** Whose points are used: a native list, so that a phone shows it in its own way. */
export function FromField({ label, holdings, chosen, onChoose }: Props) {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="relative">
        {chosen ? (
          <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center">
            <BrandMark name={chosen.partner.name} colour={chosen.partner.colour} size="sm" />
          </span>
        ) : null}
        <select
          id={id}
          className="field min-h-14 pl-14 font-semibold"
          value={chosen?.partner.id ?? ''}
          onChange={(event) => onChoose(Number.parseInt(event.target.value, 10))}
        >
          {holdings.map(({ partner, balance }) => (
            <option key={partner.id} value={partner.id}>
              {partner.name} · {pointsWords(balance.points)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
