import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { Partner } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatExactMoney } from '../../shared/ui/format.ts';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { useCharities, usePartners } from '../queries.ts';
import { earningSentence } from './earning-sentence.ts';

/** Where points are earned and spent, and the charities that can be given to. */
export function ShopsPage() {
  const partners = usePartners();
  const charities = useCharities();
  return (
    <div className="space-y-8">
      <section>
        <h1 className="text-2xl font-bold tracking-tight">Shops</h1>
        <p className="mt-1 mb-5 text-muted">Points from any of them can be spent at all of them.</p>
        {partners.error && !partners.data ? (
          <Notice tone="warn">{problemSentence(partners.error)}</Notice>
        ) : null}
        {partners.isLoading ? <Skeletons rows={5} className="h-24" /> : null}
        {partners.data?.length === 0 ? <Empty title="The first brands are about to join" /> : null}
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {partners.data?.map((partner) => (
            <Shop key={partner.id} partner={partner} />
          ))}
        </ul>
      </section>
      {charities.data?.length ? (
        <section>
          <h2 className="mb-3 text-lg font-bold tracking-tight">Charities you can give to</h2>
          <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {charities.data.map(({ id, name, story }) => (
              <li key={id} className="panel px-5 py-4">
                <p className="font-semibold">{name}</p>
                <p className="mt-1 text-sm text-muted">{story}</p>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Shop({ partner }: { partner: Partner }) {
  const earning = earningSentence(partner);
  return (
    <li className="panel flex items-start gap-4 px-5 py-4">
      <BrandMark name={partner.name} colour={partner.colour} />
      <div className="min-w-0 text-sm">
        <p className="text-base font-semibold">{partner.name}</p>
        {earning ? <p className="text-muted">{earning}</p> : null}
        <p className="text-muted">One point is worth {formatExactMoney(partner.value)}</p>
        {partner.halted ? <p className="mt-1 font-semibold text-warn">Paused just now</p> : null}
      </div>
    </li>
  );
}
