import { useId } from 'react';
import { formatWhole } from '../../shared/ui/format.ts';

/** More digits than any balance has. */
const MAX_DIGITS = 15;

interface Props {
  label: string;
  value: bigint;
  most: bigint;
  onChange: (value: bigint) => void;
}

/** A number of points, typed or by one tap for a quarter, half or all. */
export function AmountField({ label, value, most, onChange }: Props) {
  const id = useId();
  const portions = [
    { name: '¼', spoken: 'a quarter', points: most / 4n },
    { name: '½', spoken: 'half', points: most / 2n },
    { name: 'All', spoken: 'all', points: most },
  ];
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          className="field figure min-w-0 text-2xl"
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
            aria-label={`${spoken}, ${formatWhole(points)} points`}
            onClick={() => onChange(points)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
