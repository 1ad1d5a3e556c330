import { t } from '@lingui/core/macro';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Skeletons } from '../shared/ui/notice.tsx';
import { UiWordsProvider } from '../shared/ui/words.ts';
import { ClaimPage } from './claim/claim-page.tsx';
import { CodePage } from './code/code-page.tsx';
import { HomePage } from './home/home-page.tsx';
import { UpdateNotice } from './install/update-notice.tsx';
import { useLive } from './live/use-live.ts';
import { MemberProvider, useOpenAccount } from './member.tsx';
import { Navigation } from './navigation.tsx';
import { type Route, tabOf } from './routes/route.ts';
import { useRoute } from './routes/use-route.ts';
import { ShopsPage } from './shops/shops-page.tsx';
import { NothingHere } from './ui/nothing-here.tsx';
import { OfflineNotice } from './ui/offline-notice.tsx';

const BrandPage = lazy(() => import('./brand/brand-page.tsx'));
const CharityPage = lazy(() => import('./charity/charity-page.tsx'));
const HistoryPage = lazy(() => import('./history/history-page.tsx'));
const ReceiptPage = lazy(() => import('./receipt/receipt-page.tsx'));
const ActPage = lazy(() => import('./receipt/act-page.tsx'));
const MePage = lazy(() => import('./me/me-page.tsx'));
const PayPage = lazy(() => import('./pay/pay-page.tsx'));

export function App() {
  const account = useOpenAccount();
  const words = { close: t`Close`, loading: t`Loading` };
  if (account.isError) return <NoCardHere />;
  if (!account.data) return <div className="min-h-dvh" aria-busy="true" />;
  return (
    <UiWordsProvider value={words}>
      <MemberProvider account={account.data} key={account.data.address}>
        <Screen />
      </MemberProvider>
    </UiWordsProvider>
  );
}

/** Whoever opened a claim link sees what waits behind it first; the wallet comes after. */
function Screen() {
  const route = useRoute();
  return route.page === 'claim' ? <ClaimPage /> : <Shell route={route} />;
}

function Shell({ route }: { route: Route }) {
  useLive();
  useTitle(route);
  const main = useFocusOnNewPage(route);
  return (
    <div className="mx-auto min-h-dvh max-w-6xl md:px-8">
      <a className="skip-link" href="#main">
        {t`Skip to the page`}
      </a>
      <Navigation current={tabOf(route)} />
      <main
        ref={main}
        id="main"
        tabIndex={-1}
        className="px-4 pt-3 pb-32 focus:outline-none md:px-0 md:pt-6 md:pb-16"
      >
        <UpdateNotice />
        <OfflineNotice />
        <Suspense fallback={<Skeletons rows={3} />}>
          <Page route={route} />
        </Suspense>
      </main>
    </div>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'home':
      return <HomePage />;
    case 'spend':
    case 'swap':
    case 'give':
      return <HomePage sheet={route} />;
    case 'brand':
      return <BrandPage key={route.id} id={route.id} />;
    case 'charity':
      return <CharityPage key={route.id} id={route.id} />;
    case 'shops':
      return <ShopsPage />;
    case 'code':
      return <CodePage />;
    case 'history':
      return <HistoryPage />;
    case 'me':
      return <MePage />;
    case 'receipt':
      return <ReceiptPage key={route.id} id={route.id} />;
    case 'act':
      return <ActPage key={route.id} id={route.id} />;
    case 'pay':
      return <PayPage key={route.id} id={route.id} />;
    case 'claim':
    case 'unknown':
      return <NothingHere title={t`There is nothing here`} />;
  }
}

function titleOf({ page }: Route): string {
  switch (page) {
    case 'shops':
      return t`Shops`;
    case 'charity':
      return t`Charity`;
    case 'code':
      return t`Code`;
    case 'history':
      return t`History`;
    case 'me':
      return t`Me`;
    case 'receipt':
    case 'act':
      return t`Receipt`;
    case 'pay':
      return t`Pay with points`;
    default:
      return t`Your points`;
  }
}

function useTitle(route: Route): void {
  const title = `${titleOf(route)} · Tessera`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** After a link to another page the keyboard goes on at its top, and who listens hears of it; sheets look after themselves. */
function useFocusOnNewPage(route: Route) {
  const main = useRef<HTMLElement>(null);
  const sheet = route.page === 'spend' || route.page === 'swap' || route.page === 'give';
  const place = `${sheet ? 'home' : route.page}/${'id' in route ? route.id : ''}`;
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    // A tab that was just tapped keeps its focus: from there the next one is near.
    if (!document.activeElement?.closest('nav')) main.current?.focus({ preventScroll: true });
  }, [place]);
  return main;
}

function NoCardHere() {
  return (
    <main className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-bold tracking-tight">{t`Your card can’t be kept here`}</h1>
      <p className="mt-3 text-muted">
        {t`This browser keeps nothing on the device: it is in private mode, storage is switched off, or the page was not opened over https. Open Tessera in a normal window and your card is there at once.`}
      </p>
    </main>
  );
}
