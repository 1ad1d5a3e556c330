import { lazy, Suspense, useMemo } from 'react';
import { checkFigures } from '../shared/chain/coverage.ts';
import { openRpc, type Rpc } from '../shared/chain/rpc.ts';
import { Wordmark } from '../shared/ui/logo.tsx';
import { Skeletons } from '../shared/ui/notice.tsx';
import { LedgerProvider, useLedger } from './ledger/use-ledger.tsx';
import { Navigation } from './navigation.tsx';
import { Now } from './now/now.tsx';
import { Verdict } from './now/verdict.tsx';
import { Provenance } from './provenance.tsx';
import { type Link, linkTo, type Source, useLink } from './source/link.ts';
import { SourceForm } from './source/source-form.tsx';
import { type Reading, useFigures } from './source/use-figures.ts';

const parts = {
  history: lazy(() => import('./history/history.tsx')),
  check: lazy(() => import('./check/check.tsx')),
  breakage: lazy(() => import('./breakage/breakage.tsx')),
  governance: lazy(() => import('./governance/governance.tsx')),
  files: lazy(() => import('./files/files.tsx')),
} as const;

/** What every part of the page is given. */
export interface PartProps {
  readonly link: Link;
  readonly source: Source;
  readonly rpc: Rpc;
  readonly reading: Reading;
}

export function App() {
  const { link, failed } = useLink();
  const { source } = link;
  return (
    <div className="mx-auto max-w-6xl px-4 pt-5 pb-16 md:px-8 md:pt-7 print:max-w-none print:p-0">
      <header className="flex items-center justify-between">
        <a href="/" className="rounded-lg" aria-label="Tessera, to the wallet">
          <Wordmark />
        </a>
        <p className="text-sm font-semibold text-muted">Audit</p>
      </header>
      {source ? (
        <Report
          key={`${source.rpcUrl} ${source.coalition} ${source.chainId} ${link.block}`}
          link={link}
          source={source}
        />
      ) : (
        <main className="mt-8 space-y-8">
          {failed ? (
            <Verdict
              state="unread"
              what="This page does not know where to look: name a node and the coalition below."
            />
          ) : (
            <Loading />
          )}
          <SourceForm key={String(failed)} link={link} />
        </main>
      )}
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

/** All that is said of one source. The answer stands above every part of it. */
function Report({ link, source }: { link: Link; source: Source }) {
  const rpc = useMemo(() => openRpc(source.rpcUrl), [source.rpcUrl]);
  const reading = useFigures(rpc, source, link.block);
  const { figures, problem } = reading;
  const part = { link, source, rpc, reading };
  const Part = link.view === 'now' ? undefined : parts[link.view];
  return (
    <LedgerProvider source={source} block={link.block}>
      <main className="mt-6 space-y-8">
        <Navigation link={link} />
        <Answer reading={reading} small={link.view !== 'now'} />
        {problem && link.block !== undefined ? (
          <a className="link" href={linkTo({ ...link, block: undefined })}>
            To the newest block
          </a>
        ) : null}
        {figures ? <Provenance {...part} /> : null}
        {Part ? (
          <Suspense fallback={<Skeletons rows={4} className="h-24" />}>
            <Part {...part} />
          </Suspense>
        ) : figures ? (
          <Now {...part} figures={figures} />
        ) : problem ? null : (
          <Skeletons rows={5} className="h-24" />
        )}
        <SourceForm link={link} />
      </main>
    </LedgerProvider>
  );
}

function Answer({ reading: { figures, problem }, small }: { reading: Reading; small: boolean }) {
  const { ledger } = useLedger();
  if (problem && figures)
    return (
      <Verdict
        state="unread"
        what={`The figures below are of block ${figures.block} and are not confirmed now: ${problem.what}. ${problem.remedy}`}
      />
    );
  if (problem)
    return <Verdict state="unread" what={`Nothing was checked: ${problem.what}. ${problem.remedy}`} />;
  if (!figures) return <Verdict state="reading" />;
  return (
    <Verdict
      state="read"
      figures={figures}
      checks={checkFigures(figures)}
      disagrees={ledger?.audit.result.agrees === false}
      small={small}
    />
  );
}
