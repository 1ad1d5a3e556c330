import { WifiOff } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Notice, Skeletons } from '../shared/ui/notice.tsx';
import { useHash } from '../shared/ui/use-hash.ts';
import { useOnline } from '../shared/ui/use-online.ts';
import { ClaimGate } from './claim/claim-gate.tsx';
import { CodePage } from './code/code-page.tsx';
import { HomePage } from './home/home-page.tsx';
import { useLive } from './live/use-live.ts';
import { MemberProvider, useOpenAccount } from './member.tsx';
import { Navigation } from './navigation.tsx';
import { ShopsPage } from './shops/shops-page.tsx';

const HistoryPage = lazy(() => import('./history/history-page.tsx'));
const ReceiptPage = lazy(() => import('./receipt/receipt-page.tsx'));
const ActPage = lazy(() => import('./receipt/act-page.tsx'));
const MePage = lazy(() => import('./me/me-page.tsx'));
const PayPage = lazy(() => import('./pay/pay-page.tsx'));

export function App() {
  const account = useOpenAccount();
  if (account.isError) return <NoCardHere />;
  if (!account.data) return <div className="min-h-dvh" aria-busy="true" />;
  return (
    <MemberProvider account={account.data} key={account.data.address}>
      <ClaimGate>
        <Shell />
      </ClaimGate>
    </MemberProvider>
  );
}

function Shell() {
  useLive();
  const hash = useHash();
  const online = useOnline();
  const [page = '', id = ''] = hash.split('=', 2);
  return (
    <div className="mx-auto min-h-dvh max-w-6xl md:px-8">
      <Navigation current={page} />
      <main className="px-4 pt-3 pb-32 md:px-0 md:pt-6 md:pb-16">
        {online ? null : (
          <div className="mb-4">
            <Notice tone="warn" icon={<WifiOff size={18} aria-hidden="true" />}>
              You are offline. You see your points as they were; your code still works.
            </Notice>
          </div>
        )}
        <Suspense fallback={<Skeletons rows={3} />}>
          <Page name={page} id={decodeURIComponent(id)} />
        </Suspense>
      </main>
    </div>
  );
}

function Page({ name, id }: { name: string; id: string }) {
  switch (name) {
    case 'shops':
      return <ShopsPage />;
    case 'code':
      return <CodePage />;
    case 'history':
      return <HistoryPage />;
    case 'me':
      return <MePage />;
    case 'receipt':
      return <ReceiptPage key={id} id={id} />;
    case 'act':
      return <ActPage key={id} id={id} />;
    case 'pay':
      return <PayPage key={id} id={id} />;
    default:
      return <HomePage />;
  }
}

function NoCardHere() {
  return (
    <main className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-bold tracking-tight">Your card can’t be kept here</h1>
      <p className="mt-3 text-muted">
        This browser keeps nothing on the device: it is in private mode, storage is switched off, or the page
        was not opened over https. Open Tessera in a normal window and your card is there at once.
      </p>
    </main>
  );
}
