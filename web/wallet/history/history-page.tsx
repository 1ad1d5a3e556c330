import { t } from '@lingui/core/macro';
import { useState } from 'react';
import { Empty, Skeletons } from '../../shared/ui/notice.tsx';
import { useAccount } from '../member.tsx';
import { useHistory } from '../queries.ts';
import { ReadFailed } from '../ui/read-failed.tsx';
import { HistoryList } from './history-list.tsx';

/** Everything that was earned and used, newest first. */
export default function HistoryPage() {
  const account = useAccount();
  // The guest card signs in by itself; an own wallet opens a prompt, which only a tap may do.
  const [allowed, setAllowed] = useState(account.kind === 'device');
  const history = useHistory(allowed);
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="mx-auto max-w-2xl">
      <h1 className="mb-5 text-2xl font-bold tracking-tight">{t`History`}</h1>
      {!allowed ? (
        <Empty title={t`Only you can see this`}>
          {t`Approve once in your wallet to show it. It spends nothing.`}
          <p className="mt-4">
            <button type="button" className="button button-primary" onClick={() => setAllowed(true)}>
              {t`Show my history`}
            </button>
          </p>
        </Empty>
      ) : null}
      {history.error ? (
        <div className="mb-4">
          <ReadFailed
            error={history.error}
            asOf={history.data && history.dataUpdatedAt}
            onRetry={() => void history.refetch()}
          />
        </div>
      ) : null}
      {allowed && !history.data && !history.error ? <Skeletons rows={4} className="h-22" /> : null}
      {history.data && items.length === 0 ? (
        <Empty title={t`Nothing yet`}>
          {t`What you earn and use is listed here, each with its proof.`}
          <p className="mt-4">
            <a className="button button-primary" href="/code">
              {t`Show my code`}
            </a>
          </p>
        </Empty>
      ) : null}
      {items.length > 0 ? <HistoryList items={items} /> : null}
      {history.hasNextPage ? (
        <button
          type="button"
          className="button button-quiet mt-4 w-full"
          aria-disabled={history.isFetchingNextPage}
          onClick={() => !history.isFetchingNextPage && history.fetchNextPage()}
        >
          {t`Show older`}
        </button>
      ) : null}
    </div>
  );
}
