import { ChevronRight } from 'lucide-react';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatMoney, formatWhole } from '../../shared/ui/format.ts';
import type { Holding } from '../queries.ts';
import { nextExpiry } from './expiry.ts';

/** One brand in the list: name, when the first points go, how many there are and their worth. */
export function BrandRow({ holding: { partner, balance } }: { holding: Holding }) {
  const expiry = nextExpiry(balance, new Date());
  return (
    <li data-testid={`brand-${partner.id}`}>
      <a
        href={`/brand/${partner.id}`}
        className="flex w-full flex-wrap items-center gap-x-4 gap-y-2 px-4 py-4 text-left motion-safe:transition-colors hover:bg-raised focus-visible:-outline-offset-3"
      >
        <BrandMark name={partner.name} colour={partner.colour} />
        <span className="min-w-30 flex-1 basis-0">
          <span className="block truncate font-semibold">{partner.name}</span>
          {expiry ? (
            <span className={`block text-sm ${expiry.soon ? 'font-semibold text-warn' : 'text-muted'}`}>
              {expiry.words}
            </span>
          ) : null}
        </span>
        <span className="ml-auto text-right">
          <span className="figure block text-lg">{formatWhole(balance.points)}</span>
          <span className="block text-sm text-muted tabular-nums">{formatMoney(balance.value)}</span>
        </span>
        <ChevronRight size={18} aria-hidden="true" className="shrink-0 text-muted" />
      </a>
    </li>
  );
}
