import { t } from '@lingui/core/macro';
import { ChevronRight, HandHeart } from 'lucide-react';
import type { Charity, Partner } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatExactMoney, formatMoney } from '../../shared/ui/format.ts';
import { Empty, Skeletons } from '../../shared/ui/notice.tsx';
import { useCharities, usePartners } from '../queries.ts';
import { ReadFailed } from '../ui/read-failed.tsx';
import { earningWords } from '../words/earning.ts';

/** Where points are earned and spent, and the charities that can be given to. */
export function ShopsPage() {
  const partners = usePartners();
  const charities = useCharities();
  const error = partners.error ?? charities.error;
  const retry = () => {
    void partners.refetch();
    void charities.refetch();
  };
  return (
    <div className="space-y-8">
      <section>
        <h1 className="text-2xl font-bold tracking-tight">{t`Shops`}</h1>
        <p className="mt-1 mb-5 text-muted">{t`Points from any of them can be spent at all of them.`}</p>
        {error ? (
          <div className="mb-4">
            <ReadFailed error={error} asOf={partners.data && partners.dataUpdatedAt} onRetry={retry} />
          </div>
        ) : null}
        {partners.data || error ? null : <Skeletons rows={5} className="h-24" />}
        {partners.data?.length === 0 ? <Empty title={t`The first brands are about to join`} /> : null}
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {partners.data?.map((partner) => (
            <Shop key={partner.id} partner={partner} />
          ))}
        </ul>
      </section>
      {charities.data?.length ? (
        <section>
          <h2 className="mb-3 text-lg font-bold tracking-tight">{t`Charities you can give to`}</h2>
          <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {charities.data.map((charity) => (
              <Good key={charity.id} charity={charity} />
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

const row = 'panel flex h-full items-start gap-4 px-5 py-4 motion-safe:transition-colors hover:bg-raised';

function Shop({ partner }: { partner: Partner }) {
  const earning = earningWords(partner);
  const value = formatExactMoney(partner.value);
  return (
    <li>
      <a className={row} href={`/brand/${partner.id}`}>
        <BrandMark name={partner.name} colour={partner.colour} />
        <span className="min-w-0 flex-1 text-sm text-muted">
          <span className="block text-base font-semibold text-ink">{partner.name}</span>
          {earning ? <span className="block">{earning}</span> : null}
          <span className="block">{t`One point is worth ${value}`}</span>
          {partner.halted ? (
            <span className="mt-1 block font-semibold text-warn">{t`Paused just now`}</span>
          ) : null}
        </span>
        <ChevronRight size={18} aria-hidden="true" className="mt-3 shrink-0 text-muted" />
      </a>
    </li>
  );
}

function Good({ charity: { id, name, story, donated } }: { charity: Charity }) {
  const money = formatMoney(donated);
  return (
    <li>
      <a className={row} href={`/charity/${id}`}>
        <HandHeart size={24} aria-hidden="true" className="mt-0.5 shrink-0 text-accent" />
        <span className="min-w-0 flex-1 text-sm text-muted">
          <span className="block text-base font-semibold text-ink">{name}</span>
          <span className="mt-1 line-clamp-3 block">{story}</span>
          {donated > 0n ? <span className="mt-1 block font-semibold">{t`${money} so far`}</span> : null}
        </span>
        <ChevronRight size={18} aria-hidden="true" className="mt-3 shrink-0 text-muted" />
      </a>
    </li>
  );
}
