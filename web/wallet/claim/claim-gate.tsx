import { type ReactNode, useState } from 'react';
import { ClaimPage } from './claim-page.tsx';

/** Whoever opened a claim link sees what waits behind it first; the wallet comes after. Only below MemberProvider. */
export function ClaimGate({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(location.pathname === '/claim');
  if (!open) return children;
  const leave = () => {
    // The link has done its work: it stays neither in the address bar nor in the way of "back".
    history.replaceState(null, '', '/#home');
    setOpen(false);
  };
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center px-5 py-10">
      <ClaimPage onLeave={leave} />
    </main>
  );
}
