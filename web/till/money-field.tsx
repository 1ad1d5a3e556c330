import { useId } from 'react';

const MAX_DIGITS = 10;

interface Props {
  label: string;
  currency: string;
  /** Minor units, 0 while nothing is typed. */
  value: number;
  onChange: (minor: number) => void;
}

/** An amount as tills take it: digits fill up from the cents, so no decimal point is needed. */
export function MoneyField({ label, currency, value, onChange }: Props) {
  const id = useId();
  const shown = `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="field flex items-center gap-3 has-focus-visible:outline-3 has-focus-visible:outline-accent">
        <span className="font-semibold text-muted">{currency}</span>
        <input
          id={id}
          className="figure min-w-0 flex-1 bg-transparent py-2 text-right text-4xl outline-none"
          inputMode="numeric"
          autoComplete="off"
          value={shown}
          onChange={(event) =>
            onChange(Number.parseInt(event.target.value.replace(/\D/g, '').slice(0, MAX_DIGITS) || '0', 10))
          }
        />
      </div>
    </div>
  );
}
