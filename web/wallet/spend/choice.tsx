import type { ReactNode } from 'react';

export interface Option {
  id: number;
  label: string;
  hint: string;
  mark: ReactNode;
}

interface Props {
  legend: string;
  name: string;
  options: readonly Option[];
  chosen: number | undefined;
  onChoose: (id: number) => void;
}

/** One of few, as native radio buttons that look like rows. */
export function Choice({ legend, name, options, chosen, onChoose }: Props) {
  return (
    <fieldset>
      <legend className="label">{legend}</legend>
      <div className="overflow-hidden rounded-2xl border border-line">
        {options.map(({ id, label, hint, mark }) => (
          <label
            key={id}
            className="flex cursor-pointer items-center gap-3 border-b border-line px-3 py-2.5 last:border-b-0 has-checked:bg-raised has-focus-visible:outline-3 has-focus-visible:-outline-offset-3 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="size-4.5 accent-action"
              value={id}
              checked={chosen === id}
              onChange={() => onChoose(id)}
            />
            {mark}
            <span className="min-w-0 flex-1 truncate font-semibold">{label}</span>
            <span className="text-sm text-muted tabular-nums">{hint}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
