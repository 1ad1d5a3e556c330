import { t } from '@lingui/core/macro';
import { useId } from 'react';
import { pointsWords } from '../words/points.ts';

/** More digits than any balance has. */
const MAX_DIGITS = 15;

export interface Portion {
  /** As short as a button: "½". */
  name: string;
  spoken: string;
  points: bigint;
}

/** A quarter, half or all of what there is. */
export function portionsOf(most: bigint): Portion[] {
  const shares = [
    { name: '¼', spoken: t`a quarter`, points: most / 4n },
    { name: '½', spoken: t`half`, points: most / 2n },
    { name: t`All`, spoken: t`all`, points: most },
  ];
  return shares.filter(({ points }) => points > 0n);
}

interface Props {
  label: string;
  value: bigint;
  /** One tap each. */
  portions: readonly Portion[];
  onChange: (value: bigint) => void;
}

/** A number of points, typed or by one tap. */
export function AmountField({ label, value, portions, onChange }: Props) {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          className="field figure min-w-32 flex-1 basis-0 text-2xl"
          inputMode="numeric"
          autoComplete="off"
          placeholder="0"
          value={value === 0n ? '' : value.toString()}
          onChange={(event) =>
            onChange(BigInt(event.target.value.replace(/\D/g, '').slice(0, MAX_DIGITS) || 0))
          }
        />
        {portions.map(({ name, spoken, points }) => (
          <button
            key={name}
            type="button"
            className="button button-quiet min-w-13 shrink-0 px-3"
            aria-label={`${spoken}, ${pointsWords(points)}`}
            onClick={() => onChange(points)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
