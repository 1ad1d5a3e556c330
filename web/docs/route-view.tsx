import { type ApiDocument, callerOf, type Parameter, type Route, type Schema } from './document.ts';
import { inline } from './markdown.tsx';
import { Field, Fields, typeWords } from './schema-view.tsx';
import { TryIt } from './try-it.tsx';

/** A route: who may call it, what it takes, answers and refuses, and a form to try it. */
export function RouteView({
  route,
  document,
  bearer,
}: {
  route: Route;
  document: ApiDocument;
  bearer: string;
}) {
  const { method, path, operation } = route;
  const { operationId, summary, description, parameters, requestBody } = operation;
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const shown = parameters.filter((parameter) => parameter.in !== 'header');
  return (
    <section
      id={operationId}
      aria-labelledby={`${operationId}-title`}
      className="panel scroll-mt-6 p-5 md:p-6"
    >
      <h3 id={`${operationId}-title`} className="text-lg font-bold tracking-tight">
        {summary}
      </h3>
      <p className="mt-2 flex flex-wrap items-baseline gap-2 font-mono text-sm">
        <span className="rounded-lg bg-raised px-2 py-0.5 font-semibold">{method}</span>
        <span className="[overflow-wrap:anywhere]">{path}</span>
      </p>
      <p className="mt-2 text-sm text-muted">
        {callerOf(operation)} · <code className="font-mono">{operationId}</code> in the client
      </p>
      {description ? <p className="mt-3">{inline(description)}</p> : null}
      {shown.length > 0 ? <Parameters parameters={shown} document={document} /> : null}
      {body ? (
        <Part title="Body">
          <Fields schema={body} document={document} />
        </Part>
      ) : null}
      <Answers route={route} document={document} />
      <TryIt route={route} document={document} bearer={bearer} />
    </section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="mt-5">
      <h4 className="border-b border-line pb-1.5 text-sm font-semibold text-muted">{title}</h4>
      {children}
    </div>
  );
}

function Parameters({ parameters, document }: { parameters: Parameter[]; document: ApiDocument }) {
  return (
    <Part title="In the URL">
      <ul className="divide-y divide-line">
        {parameters.map(({ name, required, schema, description }) => (
          <Field
            key={name}
            name={name}
            schema={schema}
            isNeeded={required}
            document={document}
            description={description}
          />
        ))}
      </ul>
    </Part>
  );
}

function Answers({ route, document }: { route: Route; document: ApiDocument }) {
  const all = Object.entries(route.operation.responses);
  const answers = all.filter(([, { content }]) => !content?.['application/problem+json']);
  const refusals = all.filter(([, { content }]) => content?.['application/problem+json']);
  return (
    <>
      <Part title="Answers">
        <ul className="divide-y divide-line">
          {answers.map(([status, { description, content }]) => (
            <Answer
              key={status}
              status={status}
              description={description}
              schema={Object.values(content ?? {})[0]?.schema}
              document={document}
            />
          ))}
        </ul>
      </Part>
      <details className="mt-5">
        <summary className="w-fit rounded text-sm font-semibold text-accent">
          What it may refuse with ({refusals.length} statuses)
        </summary>
        <ul className="mt-1 divide-y divide-line">
          {refusals.map(([status, { description }]) => (
            <li key={status} className="py-2 text-sm">
              <span className="font-mono font-semibold">{status}</span> {inline(description)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Answer({
  status,
  description,
  schema,
  document,
}: {
  status: string;
  description: string;
  schema: Schema | undefined;
  document: ApiDocument;
}) {
  return (
    <li className="py-2.5 text-sm">
      <span className="font-mono font-semibold">{status}</span> {inline(description)}
      {schema ? (
        <details className="mt-1">
          <summary className="w-fit rounded font-semibold text-accent">{typeWords(schema)}</summary>
          <div className="ml-1 border-l-2 border-line pl-3">
            <Fields schema={schema} document={document} />
          </div>
        </details>
      ) : null}
    </li>
  );
}
