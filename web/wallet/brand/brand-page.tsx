import { t } from '@lingui/core/macro';
import type { Balance, Partner } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatExactMoney, formatLastDay, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import { Skeletons } from '../../shared/ui/notice.tsx';
import { HistoryList } from '../history/history-list.tsx';
import { useAccount } from '../member.tsx';
import { useBalances, useHistory, usePartners } from '../queries.ts';
import { BackLink } from '../ui/back-link.tsx';
import { NothingHere } from '../ui/nothing-here.tsx';
import { ReadFailed } from '../ui/read-failed.tsx';
import { earningWords } from '../words/earning.ts';

/** All about the member and one brand: points and their worth, expiry by period, how to earn more, and what happened there. */
export default function BrandPage({ id }: { id: string }) {
  const partners = usePartners();
  const balances = useBalances();
  const partner = partners.data?.find((one) => String(one.id) === id);
  const balance = balances.data?.balances.find((one) => one.partner === partner?.id);
  const error = partners.error ?? balances.error;
  const retry = () => {
    void partners.refetch();
    void balances.refetch();
  };
  return (
    <article className="mx-auto max-w-2xl space-y-5 wrap-anywhere">
      <BackLink path="/" label={t`Home`} />
      {error ? (
        <ReadFailed error={error} asOf={balances.data && balances.dataUpdatedAt} onRetry={retry} />
      ) : null}
      {partner ? (
        <Brand partner={partner} balance={balance} loaded={balances.data !== undefined} />
      ) : partners.data ? (
        <NothingHere title={t`There is no such brand`} />
      ) : error ? null : (
        <Skeletons rows={3} className="h-28" />
      )}
    </article>
  );
}

interface Props {
  partner: Partner;
  balance: Balance | undefined;
  loaded: boolean;
}

function Brand({ partner, balance, loaded }: Props) {
  const worth = formatMoney(balance?.value ?? 0n);
  const some = balance !== undefined && balance.points > 0n;
  return (
    <>
      <div className="flex items-center gap-4">
        <BrandMark name={partner.name} colour={partner.colour} size="lg" />
        <div className="min-w-0">
          <h1 className="text-2xl font-bold tracking-tight wrap-anywhere">{partner.name}</h1>
          {loaded ? (
            <p className="text-muted">
              <span className="figure text-2xl text-ink">{formatWhole(balance?.points ?? 0n)}</span>{' '}
              {t`points worth ${worth}`}
            </p>
          ) : (
            <p className="skeleton h-8 w-48" />
          )}
        </div>
      </div>
      {some ? <Uses id={partner.id} /> : null}
      <section className="panel p-5">
        <HowToEarn partner={partner} />
        {some ? <Periods balance={balance} /> : null}
      </section>
      <BrandHistory id={partner.id} />
    </>
  );
}

function Uses({ id }: { id: number }) {
  return (
    <p className="flex flex-wrap gap-2">
      <a className="button button-primary grow" href={`/spend?from=${id}`}>
        {t`Spend`}
      </a>
      <a className="button button-quiet grow" href={`/swap?from=${id}`}>
        {t`Swap`}
      </a>
      <a className="button button-quiet grow" href={`/give?from=${id}`}>
        {t`Give`}
      </a>
    </p>
  );
}

function HowToEarn({ partner }: { partner: Partner }) {
  const earning = earningWords(partner);
  const value = formatExactMoney(partner.value);
  return (
    <>
      <h2 className="font-semibold">{t`How to earn`}</h2>
      <p className="mt-1 text-sm text-muted">
        {earning ? t`You earn ${earning} you spend here.` : null}{' '}
        {t`A point earned today is worth ${value}, and keeps that value until it expires.`}
      </p>
      {partner.halted ? (
        <p className="mt-3 text-sm font-semibold text-warn">
          {t`This brand is paused just now. Your points are kept.`}
        </p>
      ) : null}
    </>
  );
}

function Periods({ balance }: { balance: Balance }) {
  const buckets = balance.buckets.filter(({ points }) => points > 0n);
  return (
    <table className="mt-5 w-full text-left text-sm">
      <caption className="sr-only">{t`Points by expiry`}</caption>
      <thead className="text-muted">
        <tr>
          <th className="pb-2 font-semibold">{t`Use by`}</th>
          <th className="pb-2 text-right font-semibold">{t`Points`}</th>
          <th className="pb-2 text-right font-semibold">{t`Worth`}</th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {buckets.map(({ epoch, points, value, expiresAt }) => (
          <tr key={epoch} className="border-t border-line">
            <td className="py-2.5">{formatLastDay(expiresAt)}</td>
            <td className="py-2.5 text-right font-semibold">{formatWhole(points)}</td>
            <td className="py-2.5 text-right">{formatMoney(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What happened there lately. The guest card may look by itself; an own wallet's owner asks for it under History. */
function BrandHistory({ id }: { id: number }) {
  const history = useHistory(useAccount().kind === 'device');
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  const here = items.filter(({ partner, counterparty, kind }) =>
    kind === 'donation' ? partner === id : partner === id || counterparty === id,
  );
  if (here.length === 0) return null;
  return (
    <section>
      <h2 className="mb-3 px-1 text-sm font-semibold text-muted">{t`What happened here`}</h2>
      <HistoryList items={here} />
      <p className="mt-3 px-1">
        <a className="link text-sm" href="/history">
          {t`All of your history`}
        </a>
      </p>
    </section>
  );
}
