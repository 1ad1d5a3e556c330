import { LedgerStatus } from '../ledger/ledger-gate.tsx';
import type { Source } from '../source/link.ts';

/** The whole audit in this browser, and how to do it elsewhere. */
export function Recompute({ source }: { source: Source }) {
  return (
    <section aria-labelledby="recompute" className="print:hidden">
      <h2 id="recompute" className="text-xl font-bold tracking-tight">
        Recompute everything from events
      </h2>
      <p className="mt-1 mb-3 text-muted">
        Your browser replays every event since the first, rebuilds each balance, reserve and liability, and
        compares them with the contracts. It may take a while.
      </p>
      <LedgerStatus />
      <p className="mt-5 text-sm text-muted">The same on your own machine:</p>
      <code className="mt-1 block rounded-xl bg-raised px-4 py-3 text-xs break-all">
        npm run audit -- --rpc {source.rpcUrl} --coalition {source.coalition}
      </code>
    </section>
  );
}
