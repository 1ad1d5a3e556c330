import quickStart from 'virtual:quick-start';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Wordmark } from '../shared/ui/logo.tsx';
import { Notice, Skeletons } from '../shared/ui/notice.tsx';
import { type ApiDocument, type Route, readDocument, routesOf } from './document.ts';
import { inline, Markdown } from './markdown.tsx';
import { RouteView } from './route-view.tsx';

export function App() {
  const reading = useQuery({
    queryKey: ['document'],
    queryFn: readDocument,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: document } = reading;
  return (
    <div className="mx-auto max-w-6xl px-4 pt-5 pb-16 md:px-8 md:pt-7">
      <header className="flex items-center justify-between">
        <a href="/" className="rounded-lg" aria-label="Tessera, to the wallet">
          <Wordmark />
        </a>
        <p className="text-sm font-semibold text-muted">For developers</p>
      </header>
      <div className="mt-8 lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-10">
        <div>{document ? <Contents document={document} /> : null}</div>
        <main className="min-w-0">
          <h1 className="text-3xl font-bold tracking-tight">The API of Tessera</h1>
          {document ? <About document={document} /> : null}
          <section id="start" aria-labelledby="start-title" className="scroll-mt-6">
            <h2 id="start-title" className="mt-10 text-2xl font-bold tracking-tight">
              {quickStart.title}
            </h2>
            <Markdown text={quickStart.text} />
          </section>
          {document ? (
            <Reference document={document} />
          ) : reading.isError ? (
            <Notice tone="bad">
              The reference can’t be read just now. Is the network running? Reload the page.
            </Notice>
          ) : (
            <Skeletons rows={4} className="h-40" />
          )}
        </main>
      </div>
    </div>
  );
}

function About({ document: { info } }: { document: ApiDocument }) {
  return (
    <div className="mt-3 text-muted">
      {info.description.split('\n\n').map((paragraph) => (
        <p key={paragraph} className="mt-3">
          {inline(paragraph)}
        </p>
      ))}
      <p className="mt-3">
        <a className="link" href="/v1/openapi.json">
          OpenAPI 3.1 document, version {info.version}
        </a>
      </p>
    </div>
  );
}

const inTag = (document: ApiDocument, tag: string): Route[] =>
  routesOf(document).filter(({ operation }) => operation.tags.includes(tag));

function Contents({ document }: { document: ApiDocument }) {
  return (
    <nav
      aria-label="Contents"
      className="mb-8 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:overflow-y-auto"
    >
      <ul className="space-y-1 text-sm">
        <li>
          <a className="font-semibold hover:underline" href="#start">
            {quickStart.title}
          </a>
        </li>
        {document.tags.map(({ name }) => (
          <li key={name} className="pt-2">
            <a className="font-semibold hover:underline" href={`#${name}`}>
              {name}
            </a>
            <ul className="mt-1 space-y-1 max-lg:hidden">
              {inTag(document, name).map(({ operation: { operationId, summary } }) => (
                <li key={operationId}>
                  <a className="text-muted hover:underline" href={`#${operationId}`}>
                    {summary}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Reference({ document }: { document: ApiDocument }) {
  const [bearer, setBearer] = useState('');
  // What the link names is there only now that the document has come.
  useEffect(() => {
    window.document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }, []);
  return (
    <>
      <section aria-labelledby="key-title" className="panel mt-10 p-5 md:p-6">
        <h2 id="key-title" className="text-lg font-bold tracking-tight">
          Try it with your key
        </h2>
        <label className="label mt-3" htmlFor="bearer">
          API key or session
        </label>
        <input
          id="bearer"
          type="password"
          autoComplete="off"
          className="field font-mono text-sm"
          placeholder="tsk_… or tss_…"
          value={bearer}
          onChange={(event) => setBearer(event.target.value.trim())}
        />
        <p className="mt-2 text-sm text-muted">It stays on this page, and is gone when you close it.</p>
      </section>
      {document.tags.map(({ name, description }) => (
        <section key={name} id={name} aria-labelledby={`${name}-title`} className="scroll-mt-6">
          <h2 id={`${name}-title`} className="mt-12 text-2xl font-bold tracking-tight">
            {name}
          </h2>
          <p className="mt-1 mb-4 text-muted">{description}</p>
          <div className="space-y-5">
            {inTag(document, name).map((route) => (
              <RouteView
                key={route.operation.operationId}
                route={route}
                document={document}
                bearer={bearer}
              />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
