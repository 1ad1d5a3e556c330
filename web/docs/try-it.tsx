import { type FormEvent, useId, useState } from 'react';
import type { ApiDocument, Route } from './document.ts';
import { exampleOf } from './example.ts';
import { Code } from './markdown.tsx';

interface Outcome {
  status: string;
  headers: string;
  body: string;
}

const SHOWN_HEADERS = ['etag', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id', 'allow'];

/** A form that sends the route's request to the network which serves this page, and shows what came back. */
export function TryIt({ route, document, bearer }: { route: Route; document: ApiDocument; bearer: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-5" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded text-sm font-semibold text-accent">Try it</summary>
      {open ? <Trial route={route} document={document} bearer={bearer} /> : null}
    </details>
  );
}

function Trial({ route, document, bearer }: { route: Route; document: ApiDocument; bearer: string }) {
  const { method, path, operation } = route;
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const named = operation.parameters.filter((parameter) => parameter.in !== 'header');
  const [values, setValues] = useState<Record<string, string>>({});
  const [body, setBody] = useState(() =>
    schema ? JSON.stringify(exampleOf(schema, document), null, 2) : undefined,
  );
  const [outcome, setOutcome] = useState<Outcome>();
  const [isSending, setSending] = useState(false);
  const prefix = useId();

  const query = new URLSearchParams(
    named.flatMap(({ in: where, name }) => {
      const value = values[name];
      return where === 'query' && value ? [[name, value]] : [];
    }),
  ).toString();
  const url =
    path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? '')) +
    (query ? `?${query}` : '');

  async function send(event: FormEvent) {
    event.preventDefault();
    setSending(true);
    setOutcome(await ask({ method, url, body, bearer }));
    setSending(false);
  }

  return (
    <form onSubmit={send} className="mt-3 space-y-4">
      {named.map(({ name, required }) => (
        <div key={name}>
          <label className="label" htmlFor={`${prefix}${name}`}>
            {name}
          </label>
          <input
            id={`${prefix}${name}`}
            className="field font-mono text-sm"
            required={required}
            value={values[name] ?? ''}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </div>
      ))}
      {body === undefined ? null : (
        <div>
          <label className="label" htmlFor={`${prefix}body`}>
            Body
          </label>
          <textarea
            id={`${prefix}body`}
            className="field min-h-40 py-3 font-mono text-sm"
            spellCheck={false}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </div>
      )}
      <Code
        text={curlOf({ method, url: location.origin + url, body, isKeyed: operation.security.length > 0 })}
        label="Shell"
      />
      <button type="submit" className="button button-primary" aria-disabled={isSending}>
        Send
      </button>
      <div aria-live="polite">
        {outcome ? (
          <div data-testid="outcome">
            <p className="font-mono text-sm font-semibold">{outcome.status}</p>
            {outcome.headers ? <Code text={outcome.headers} /> : null}
            <Code text={outcome.body} label="Answer" />
          </div>
        ) : null}
      </div>
    </form>
  );
}

interface Question {
  method: string;
  url: string;
  body: string | undefined;
  bearer: string;
}

async function ask({ method, url, body, bearer }: Question): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method,
      credentials: 'omit',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      ...(body === undefined ? {} : { body }),
    });
    const shown = SHOWN_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value ? [`${name}: ${value}`] : [];
    });
    const text = await response.text();
    return { status: `${response.status}`, headers: shown.join('\n'), body: readable(text) };
  } catch {
    return { status: 'No answer', headers: '', body: 'Tessera can’t be reached. Is it running?' };
  }
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function curlOf({ method, url, body, isKeyed }: Omit<Question, 'bearer'> & { isKeyed: boolean }): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(url)}`,
    ...(isKeyed ? [`-H "authorization: Bearer $KEY"`] : []),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'", `-d ${quoted(body)}`]),
  ].join(' \\\n  ');
}
