import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { chainClient } from '../shared/chain/client.ts';
import { readCoalition } from '../shared/chain/coalition.ts';
import { checkFigures } from '../shared/chain/coverage.ts';
import { Wordmark } from '../shared/ui/logo.tsx';
import { Skeletons } from '../shared/ui/notice.tsx';
import { Checks } from './checks.tsx';
import { FiguresTable } from './figures-table.tsx';
import { PartnerBars } from './partner-bars.tsx';
import { Recompute } from './recompute.tsx';
import { type Source, useSource } from './source.ts';
import { SourceForm } from './source-form.tsx';
import { Totals } from './totals.tsx';
import { Verdict } from './verdict.tsx';

/** New blocks are looked for this often. */
const BLOCK_MS = 2_000;

export function App() {
  const { source, failed } = useSource();
  return (
    <div className="mx-auto max-w-6xl px-4 pt-5 pb-16 md:px-8 md:pt-7">
      <header className="flex items-center justify-between">
        <a href="/" className="rounded-lg" aria-label="Tessera, to the wallet">
          <Wordmark />
        </a>
        <p className="text-sm font-semibold text-muted">Audit</p>
      </header>
      <main className="mt-8 space-y-8">
        {source ? (
          <Report source={source} />
        ) : failed ? (
          <Verdict
            state="unread"
            what="This page does not know where to look: name a node and the coalition below."
          />
        ) : (
          <Loading />
        )}
        <SourceForm key={`${source?.rpcUrl} ${source?.coalition}`} source={source} />
      </main>
    </div>
  );
}

function Loading() {
  return (
    <div className="space-y-8">
      <Verdict state="reading" />
      <Skeletons rows={5} className="h-24" />
    </div>
  );
}

function Report({ source }: { source: Source }) {
  const { rpcUrl, coalition } = source;
  const client = useMemo(() => chainClient(rpcUrl), [rpcUrl]);
  const reading = useQuery({
    queryKey: ['coalition', rpcUrl, coalition],
    queryFn: () => readCoalition(client, coalition),
    refetchInterval: BLOCK_MS,
    retry: false,
    // Figures of another node or coalition must not stand in for these.
    placeholderData: undefined,
  });
  const figures = reading.data;
  if (!figures)
    return reading.isError ? (
      <Verdict state="unread" what={`Nothing was checked: ${whatFailed(reading.error, rpcUrl)}.`} />
    ) : (
      <Loading />
    );
  const checks = checkFigures(figures);
  const stale = reading.isError;
  return (
    <div className="space-y-8">
      {stale ? (
        <Verdict
          state="unread"
          what={`The figures below are of block ${figures.block} and are not confirmed now: ${whatFailed(reading.error, rpcUrl)}.`}
        />
      ) : (
        <Verdict state="read" figures={figures} checks={checks} />
      )}
      <div className={`space-y-8 ${stale ? 'grayscale' : ''}`}>
        <Totals figures={figures} />
        <PartnerBars partners={figures.partners} confirmed={!stale} />
        <FiguresTable figures={figures} />
        {stale ? null : <Checks checks={checks} />}
      </div>
      {stale ? null : <Recompute source={source} client={client} />}
    </div>
  );
}

/** What went wrong with a reading, in words; details of the failure help nobody here but the address does. */
function whatFailed(error: unknown, rpcUrl: string): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ContractFunctionExecutionError')
    return `the node at ${rpcUrl} answers, but has no coalition at this address`;
  return `the node at ${rpcUrl} does not answer`;
}
