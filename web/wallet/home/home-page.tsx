import { t } from '@lingui/core/macro';
import { ArrowLeftRight, Gift, ShoppingBag } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { SpendKind } from '../../shared/api/shapes.ts';
import { Empty, Skeletons } from '../../shared/ui/notice.tsx';
import { type Holding, holdingsOf, useBalances, usePartners } from '../queries.ts';
import { go, goBack } from '../routes/use-route.ts';
import { ReadFailed } from '../ui/read-failed.tsx';
import { BrandRow } from './brand-row.tsx';
import { Debts } from './debts.tsx';
import { MemberCard } from './member-card.tsx';
import { PendingPoints } from './pending-points.tsx';

// What follows on a tap: its code comes while the member looks at the points.
const SpendSheet = lazy(() => import('../spend/spend-sheet.tsx'));

/** What is done over Home: an address of its own, with whose points and where to as far as they are chosen. */
interface OpenSheet {
  page: 'spend' | 'swap' | 'give';
  from: number | undefined;
  to: number | undefined;
}

const kinds: Readonly<Record<OpenSheet['page'], SpendKind>> = {
  spend: 'redemption',
  swap: 'exchange',
  give: 'donation',
};

const actions = () => [
  { path: '/spend', label: t`Spend`, icon: ShoppingBag },
  { path: '/swap', label: t`Swap`, icon: ArrowLeftRight },
  { path: '/give', label: t`Give`, icon: Gift },
];

/** What the member has, and the three things to do with it. */
export function HomePage({ sheet }: { sheet?: OpenSheet }) {
  const partners = usePartners();
  const balances = useBalances();
  const holdings = holdingsOf(partners.data, balances.data?.balances);
  const loaded = partners.data !== undefined && balances.data !== undefined;
  const error = balances.error ?? partners.error;
  const pending = balances.data?.pending ?? [];
  const retry = () => {
    void balances.refetch();
    void partners.refetch();
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 md:grid-cols-[minmax(0,25rem)_1fr] md:items-start md:gap-10">
      <div className="md:sticky md:top-6">
        <MemberCard holdings={holdings} loaded={loaded} />
        <div className="mt-4 grid grid-cols-[repeat(auto-fit,minmax(min(6rem,100%),1fr))] gap-3">
          {actions().map(({ path, label, icon: Icon }) => (
            <button
              key={path}
              type="button"
              className="panel flex min-w-0 flex-col items-center gap-2 px-1 py-4 text-sm font-semibold hyphens-auto motion-safe:transition-colors hover:bg-raised aria-disabled:text-muted aria-disabled:hover:bg-surface"
              aria-disabled={holdings.length === 0}
              onClick={() => holdings.length > 0 && go(path)}
            >
              <Icon size={22} aria-hidden="true" className="text-accent" />
              {label}
            </button>
          ))}
        </div>
      </div>
      <div className="space-y-4">
        {error ? (
          <ReadFailed error={error} asOf={balances.data && balances.dataUpdatedAt} onRetry={retry} />
        ) : null}
        <PendingPoints pending={pending} partners={partners.data} />
        <Debts debts={balances.data?.debts ?? []} partners={partners.data} />
        <Brands holdings={holdings} loaded={loaded} quiet={Boolean(error) || pending.length > 0} />
      </div>
      {sheet && (loaded || error) ? (
        <Suspense>
          <SpendSheet
            key={sheet.page}
            kind={kinds[sheet.page]}
            from={sheet.from}
            to={sheet.to}
            onClose={() => goBack('/')}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

interface BrandsProps {
  holdings: Holding[];
  loaded: boolean;
  /** Something else on the page already says why there is nothing here. */
  quiet: boolean;
}

function Brands({ holdings, loaded, quiet }: BrandsProps) {
  if (holdings.length === 0 && quiet) return null;
  if (!loaded) return <Skeletons rows={4} className="h-21" />;
  if (holdings.length === 0) {
    return (
      <Empty title={t`Your points will be here`}>
        {t`Show your code when you pay at any of the shops, and the points arrive while you are still at the till.`}
        <p className="mt-4">
          <a className="button button-primary" href="/code">
            {t`Show my code`}
          </a>
        </p>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="brands">
      <h2 id="brands" className="mb-3 px-1 text-sm font-semibold text-muted">
        {t`Your brands`}
      </h2>
      <ul className="panel divide-y divide-line overflow-hidden">
        {holdings.map((holding) => (
          <BrandRow key={holding.partner.id} holding={holding} />
        ))}
      </ul>
    </section>
  );
}
