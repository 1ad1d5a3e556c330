import { ArrowLeftRight, Gift, ShoppingBag } from 'lucide-react';
import { useState } from 'react';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { SpendKind } from '../../shared/api/shapes.ts';
import { formatClock } from '../../shared/ui/format.ts';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { type Holding, holdingsOf, useBalances, usePartners } from '../queries.ts';
import { SpendSheet } from '../spend/spend-sheet.tsx';
import { BrandRow } from './brand-row.tsx';
import { BrandSheet } from './brand-sheet.tsx';
import { Debts } from './debts.tsx';
import { MemberCard } from './member-card.tsx';
import { PendingPoints } from './pending-points.tsx';

type Open = { spend: SpendKind; issuer?: number | undefined } | { brand: number } | undefined;

const actions = [
  { kind: 'redemption', label: 'Spend', icon: ShoppingBag },
  { kind: 'exchange', label: 'Swap', icon: ArrowLeftRight },
  { kind: 'donation', label: 'Give', icon: Gift },
] as const;

/** What the member has, and the three things to do with it. */
export function HomePage() {
  const partners = usePartners();
  const balances = useBalances();
  const [open, setOpen] = useState<Open>();
  const holdings = holdingsOf(partners.data, balances.data?.balances);
  const loaded = partners.data !== undefined && balances.data !== undefined;
  const error = balances.error ?? partners.error;
  const pending = balances.data?.pending ?? [];
  const opened =
    open && 'brand' in open ? holdings.find(({ partner }) => partner.id === open.brand) : undefined;
  return (
    <div className="grid gap-6 md:grid-cols-[minmax(0,25rem)_1fr] md:items-start md:gap-10">
      <div className="md:sticky md:top-6">
        <MemberCard holdings={holdings} loaded={loaded} />
        <div className="mt-4 grid grid-cols-3 gap-3">
          {actions.map(({ kind, label, icon: Icon }) => (
            <button
              key={kind}
              type="button"
              className="panel flex flex-col items-center gap-2 py-4 text-sm font-semibold motion-safe:transition-colors hover:bg-raised aria-disabled:text-muted aria-disabled:hover:bg-surface"
              aria-disabled={holdings.length === 0}
              onClick={() => holdings.length > 0 && setOpen({ spend: kind })}
            >
              <Icon size={22} aria-hidden="true" className="text-accent" />
              {label}
            </button>
          ))}
        </div>
      </div>
      <div className="space-y-4">
        {error ? <ReadFailed error={error} asOf={balances.data && new Date(balances.dataUpdatedAt)} /> : null}
        <PendingPoints pending={pending} partners={partners.data} />
        <Debts debts={balances.data?.debts ?? []} partners={partners.data} />
        <Brands
          holdings={holdings}
          loaded={loaded}
          quiet={Boolean(error) || pending.length > 0}
          onOpen={(brand) => setOpen({ brand })}
        />
      </div>
      {open && 'spend' in open ? <SpendSheet start={open} onClose={() => setOpen(undefined)} /> : null}
      {opened ? (
        <BrandSheet
          holding={opened}
          onClose={() => setOpen(undefined)}
          onSpend={(spend) => setOpen({ spend, issuer: opened.partner.id })}
        />
      ) : null}
    </div>
  );
}

interface BrandsProps {
  holdings: Holding[];
  loaded: boolean;
  /** Something else on the page already says why there is nothing here. */
  quiet: boolean;
  onOpen: (partner: number) => void;
}

function Brands({ holdings, loaded, quiet, onOpen }: BrandsProps) {
  if (holdings.length === 0 && quiet) return null;
  if (!loaded) return <Skeletons rows={4} className="h-21" />;
  if (holdings.length === 0) {
    return (
      <Empty title="Your points will be here">
        Show your code when you pay at any of the shops, and the points arrive while you are still at the
        till.
        <p className="mt-4">
          <a className="button button-primary" href="#code">
            Show my code
          </a>
        </p>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="brands">
      <h2 id="brands" className="mb-3 px-1 text-sm font-semibold text-muted">
        Your brands
      </h2>
      <ul className="panel divide-y divide-line overflow-hidden">
        {holdings.map((holding) => (
          <BrandRow key={holding.partner.id} holding={holding} onOpen={() => onOpen(holding.partner.id)} />
        ))}
      </ul>
    </section>
  );
}

function ReadFailed({ error, asOf }: { error: unknown; asOf: Date | undefined }) {
  return (
    <Notice tone="warn">
      {problemSentence(error)}{' '}
      {asOf ? `You see your points as of ${formatClock(asOf)}.` : 'Your points are safe; we keep trying.'}
    </Notice>
  );
}
