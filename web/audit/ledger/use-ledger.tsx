import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AuditProgress } from '../../../backend/audit/audit-coalition.ts';
import type { readLogs } from '../../../backend/audit/read-logs.ts';
import { openRpc } from '../../shared/chain/rpc.ts';
import type { Source } from '../source/link.ts';
import type { Ledger } from './read-ledger.ts';

/** How far the reading of all events is. A ledger that was read stays while it is read on. */
export type LedgerState =
  | { phase: 'idle' | 'cancelled'; ledger?: Ledger | undefined }
  | { phase: 'reading'; progress: AuditProgress | undefined; ledger?: Ledger | undefined }
  | { phase: 'failed'; why: string; ledger?: Ledger | undefined }
  | { phase: 'read'; ledger: Ledger };

/** The reading, and what the reader can do about it. */
export type LedgerReading = LedgerState & { start(): void; cancel(): void };

const Reading = createContext<LedgerReading | undefined>(undefined);

/** Holds the events of one source, at one block or the newest, for all parts of the page. Start anew (by a key) for another source. */
export function LedgerProvider({
  source,
  block,
  children,
}: {
  source: Source;
  block: bigint | undefined;
  children: ReactNode;
}) {
  const [state, setState] = useState<LedgerState>({ phase: 'idle' });
  const running = useRef<AbortController>(undefined);
  const logs = useRef<typeof readLogs>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const cancel = useCallback(() => running.current?.abort(), []);
  const start = useCallback(async () => {
    if (running.current) return;
    const control = new AbortController();
    running.current = control;
    setState(({ ledger }) => ({ phase: 'reading', progress: undefined, ledger }));
    try {
      const [{ readLedger }, { rememberLogs }] = await Promise.all([
        import('./read-ledger.ts'),
        import('../../shared/chain/cached-logs.ts'),
      ]);
      logs.current ??= rememberLogs();
      const ledger = await readLedger({
        rpc: openRpc(source.rpcUrl, control.signal),
        coalition: source.coalition,
        block,
        logs: logs.current,
        onProgress: (progress) =>
          setState(({ ledger: known }) => ({ phase: 'reading', progress, ledger: known })),
      });
      if (!control.signal.aborted) setState({ phase: 'read', ledger });
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      if (!control.signal.aborted) setState(({ ledger }) => ({ phase: 'failed', why, ledger }));
    } finally {
      running.current = undefined;
      if (control.signal.aborted) setState(({ ledger }) => ({ phase: 'cancelled', ledger }));
    }
  }, [source, block]);
  const reading = useMemo(() => ({ ...state, start: () => void start(), cancel }), [state, start, cancel]);
  return <Reading value={reading}>{children}</Reading>;
}

/** The reading of all events of the page's source. */
export function useLedger(): LedgerReading {
  const reading = use(Reading);
  if (!reading) throw new TypeError('useLedger needs a LedgerProvider around it');
  return reading;
}
