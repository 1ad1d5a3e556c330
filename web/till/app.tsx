import { Coins, Gift, LogOut, Ticket } from 'lucide-react';
import { useState } from 'react';
import { problemSentence } from '../shared/api/problem-sentence.ts';
import { ApiProblem } from '../shared/api/request.ts';
import { BrandMark } from '../shared/ui/brand-mark.tsx';
import { Wordmark } from '../shared/ui/logo.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { useHash } from '../shared/ui/use-hash.ts';
import { GivePage } from './give/give-page.tsx';
import { KeyForm } from './key-form.tsx';
import { SalesPanel } from './queue/sales-panel.tsx';
import { TakePage } from './take/take-page.tsx';
import { TillProvider, useTill } from './till.tsx';
import { forgetTillKey, keepTillKey, takeTillKey } from './till-key.ts';
import { VoucherPage } from './voucher/voucher-page.tsx';

const jobs = [
  { page: 'give', label: 'Give points', icon: Gift },
  { page: 'take', label: 'Take points', icon: Coins },
  { page: 'voucher', label: 'Voucher', icon: Ticket },
] as const;

export function App() {
  const [key, setKey] = useState(takeTillKey);
  if (!key) {
    return (
      <KeyForm
        onKey={(typed) => {
          keepTillKey(typed);
          setKey(typed);
        }}
      />
    );
  }
  return (
    <TillProvider tillKey={key} key={key}>
      <Shell
        onLeave={() => {
          forgetTillKey();
          setKey(undefined);
        }}
      />
    </TillProvider>
  );
}

function Shell({ onLeave }: { onLeave: () => void }) {
  const page = useHash() || 'give';
  const { partner, refused } = useTill();
  return (
    <div className="mx-auto max-w-5xl px-4 pt-5 pb-12 md:px-8">
      <header className="flex items-center justify-between gap-4">
        <Wordmark />
        <div className="flex items-center gap-3">
          {partner ? (
            <p className="flex items-center gap-2 font-semibold">
              <BrandMark name={partner.name} colour={partner.colour} size="sm" />
              <span className="max-sm:sr-only">{partner.name}</span>
            </p>
          ) : null}
          <button type="button" className="icon-button" aria-label="Close this till" onClick={onLeave}>
            <LogOut size={18} aria-hidden="true" />
          </button>
        </div>
      </header>
      <nav aria-label="Main" className="mt-6">
        <ul className="grid grid-cols-3 gap-1 rounded-full bg-raised p-1 md:max-w-xl">
          {jobs.map(({ page: name, label, icon: Icon }) => (
            <li key={name}>
              <a
                href={`#${name}`}
                aria-current={page === name ? 'page' : undefined}
                className="flex min-h-11 items-center justify-center gap-2 rounded-full px-2 text-sm font-semibold text-muted aria-[current]:bg-surface aria-[current]:text-ink"
              >
                <Icon size={18} aria-hidden="true" className="max-sm:hidden" />
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main className="mt-6">
        {refused ? <Refused error={refused} /> : null}
        <SalesPanel />
        {page === 'take' ? <TakePage /> : page === 'voucher' ? <VoucherPage /> : <GivePage />}
      </main>
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const wrong = error instanceof ApiProblem && error.code === 'KEY_INVALID';
  return (
    <div className="mb-6">
      <Notice tone="bad">
        {wrong
          ? 'This till’s key is not valid. Close the till and open it with the right one.'
          : problemSentence(error)}
      </Notice>
    </div>
  );
}
