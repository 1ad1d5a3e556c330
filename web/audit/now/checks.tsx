import type { FigureCheck } from '../../shared/chain/coverage.ts';
import { Check, Cross } from '../icons.tsx';

/** The sums that this browser did again by itself. */
export function Checks({ checks }: { checks: readonly FigureCheck[] }) {
  return (
    <section className="panel p-5" aria-labelledby="checks">
      <h2 id="checks" className="text-xl font-bold tracking-tight">
        Recomputed just now
      </h2>
      <ul className="mt-3 space-y-2.5">
        {checks.map(({ what, holds }) => (
          <li key={what} className="flex gap-3">
            <span
              className={`mt-0.5 grid size-6 shrink-0 place-items-center rounded-full ${holds ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
            >
              {holds ? <Check size={14} /> : <Cross size={14} />}
            </span>
            <span>
              <span className="sr-only">{holds ? 'Holds: ' : 'Does not hold: '}</span>
              {what}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
