import { type ReactNode, useEffect } from 'react';
import type { AuditProgress } from '../../../backend/audit/audit-coalition.ts';
import { formatWhole } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import type { Ledger } from './read-ledger.ts';
import { useLedger } from './use-ledger.tsx';

/** Shows what needs all events: begins to read them, says how far it is, and shows the rest when they are there. */
export function LedgerGate({ children }: { children: (ledger: Ledger) => ReactNode }) {
  const reading = useLedger();
  const { phase, ledger, start } = reading;
  useEffect(() => {
    if (phase === 'idle') start();
  }, [phase, start]);
  return (
    <div className="space-y-6">
      <LedgerStatus />
      {ledger ? children(ledger) : null}
    </div>
  );
}

/** How far the reading is, and the one thing to do about it. */
export function LedgerStatus() {
  const reading = useLedger();
  const { phase, ledger, start, cancel } = reading;
  return (
    <section className="panel p-5" aria-label="Reading of all events">
      {phase === 'reading' ? (
        <Working progress={reading.progress} />
      ) : phase === 'failed' ? (
        <Notice tone="bad">Not recomputed. {reading.why}</Notice>
      ) : phase === 'cancelled' && !ledger ? (
        <Notice tone="plain">Cancelled: the events were not read, and nothing here is checked.</Notice>
      ) : ledger ? (
        <Result ledger={ledger} />
      ) : (
        <p className="text-muted">The events have not been read yet.</p>
      )}
      <div className="mt-4 flex flex-wrap gap-3 print:hidden">
        <button type="button" className="button button-quiet" onClick={phase === 'reading' ? cancel : start}>
          {phase === 'reading'
            ? 'Cancel'
            : phase === 'failed'
              ? 'Try again'
              : ledger
                ? 'Once more'
                : 'Recompute'}
        </button>
      </div>
    </section>
  );
}

/** A bar and its words. */
export function Working({ progress }: { progress: AuditProgress | undefined }) {
  const words = progress
    ? `${formatWhole(progress.done)} of ${formatWhole(progress.total)} ${progress.phase}`
    : 'Starting';
  return (
    <div>
      <progress
        className="h-2 w-full accent-action"
        aria-label="Progress"
        value={progress?.done}
        max={progress?.total}
      />
      <p className="text-sm text-muted tabular-nums">{words}</p>
    </div>
  );
}

/** Whether what the events add up to is what the contracts say; if not, what differs. */
export function Result({ ledger: { audit, gathered } }: { ledger: Ledger }) {
  const { agrees, block, disagreements } = audit.result;
  if (agrees)
    return (
      <Notice tone="good">
        Everything agrees at block {formatWhole(block)}: what {formatWhole(gathered.count)} events add up to
        is what the contracts say.
      </Notice>
    );
  return (
    <Notice tone="bad">
      <p>
        At block {formatWhole(block)}{' '}
        {disagreements.length === 1 ? 'one thing does' : `${disagreements.length} things do`} not agree:
      </p>
      <ul className="mt-2 list-disc space-y-1 pl-5 wrap-anywhere">
        {disagreements.slice(0, SHOWN).map(({ what, subject, expected, found }) => (
          <li key={`${what} ${subject}`}>
            {what}, {subject}: the events say {expected}, found was {found}
          </li>
        ))}
      </ul>
      {disagreements.length > SHOWN ? <p>The rest is among the files to download.</p> : null}
    </Notice>
  );
}

const SHOWN = 8;
