import { t } from '@lingui/core/macro';
import { HandHeart } from 'lucide-react';
import type { Charity } from '../../shared/api/shapes.ts';
import { formatMoney } from '../../shared/ui/format.ts';
import { Skeletons } from '../../shared/ui/notice.tsx';
import { useCharities } from '../queries.ts';
import { BackLink } from '../ui/back-link.tsx';
import { NothingHere } from '../ui/nothing-here.tsx';
import { ReadFailed } from '../ui/read-failed.tsx';
import { ShareButton } from '../ui/share-button.tsx';
import { PaidProof } from './paid-proof.tsx';

/** One charity: its story, what was given, what reached it, and the proof of that, checked by this browser. */
export default function CharityPage({ id }: { id: string }) {
  const charities = useCharities();
  const charity = charities.data?.find((one) => String(one.id) === id);
  return (
    <article className="mx-auto max-w-2xl space-y-5 wrap-anywhere">
      <BackLink path="/shops" label={t`Shops`} />
      {charities.error ? (
        <ReadFailed
          error={charities.error}
          asOf={charities.data && charities.dataUpdatedAt}
          onRetry={() => void charities.refetch()}
        />
      ) : null}
      {charity ? (
        <Story charity={charity} />
      ) : charities.data ? (
        <NothingHere title={t`There is no such charity`} />
      ) : charities.error ? null : (
        <Skeletons rows={3} className="h-28" />
      )}
    </article>
  );
}

function Story({ charity }: { charity: Charity }) {
  const { id, name, story, donated } = charity;
  return (
    <>
      <header className="flex items-center gap-4">
        <HandHeart size={40} aria-hidden="true" className="shrink-0 text-accent" />
        <h1 className="min-w-0 text-2xl font-bold tracking-tight wrap-anywhere">{name}</h1>
      </header>
      <p className="text-lg text-balance">{story}</p>
      <section className="panel p-5">
        <p className="text-sm text-muted">{t`Given so far`}</p>
        <p className="figure text-4xl wrap-anywhere">{formatMoney(donated)}</p>
        <p className="mt-2 text-sm text-muted">
          {t`A point gives what it is worth at its brand. Nothing is kept back on the way.`}
        </p>
        <p className="mt-4 flex flex-wrap gap-3">
          <a className="button button-primary grow" href={`/give?to=${id}`}>
            {t`Give points`}
          </a>
          <ShareButton path={`/charity/${id}`} text={name} label={t`Share`} />
        </p>
      </section>
      <PaidProof charity={id} />
    </>
  );
}
