import { type ApiDocument, nameOf, resolve, type Schema } from './document.ts';
import { inline } from './markdown.tsx';

/** A schema's type in a few words: `string`, `Points`, `list of Partner`, `"a" or "b"`. */
export function typeWords(schema: Schema): string {
  const name = nameOf(schema);
  if (name) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' or ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeWords))].join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? typeWords(schema.items) : 'anything'}`;
  return [schema.type ?? 'anything'].flat().join(' or ');
}

function limitWords({ minimum, maximum, format }: Schema): string {
  const bounds = [
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : `to ${maximum}`,
  ];
  return [format ?? '', ...bounds].filter(Boolean).join(' ');
}

/** The object inside of a schema, where there is one: its own, its list's, or the one that may also be null. */
function objectIn(schema: Schema, document: ApiDocument): Schema | undefined {
  const full = resolve(schema, document);
  if (full.properties && Object.keys(full.properties).length > 0) return full;
  if (full.items) return objectIn(full.items, document);
  return full.anyOf?.map((part) => objectIn(part, document)).find(Boolean);
}

/** The fields of an object, each with what it is; objects inside are folded. */
export function Fields({ schema, document }: { schema: Schema; document: ApiDocument }) {
  const object = objectIn(schema, document);
  if (!object?.properties) return null;
  return (
    <ul className="divide-y divide-line">
      {Object.entries(object.properties).map(([name, part]) => (
        <Field
          key={name}
          name={name}
          schema={part}
          isNeeded={object.required?.includes(name) ?? false}
          document={document}
        />
      ))}
    </ul>
  );
}

/** One field or parameter. */
export function Field({
  name,
  schema,
  isNeeded,
  document,
  description,
}: {
  name: string;
  schema: Schema;
  isNeeded: boolean;
  document: ApiDocument;
  description?: string | undefined;
}) {
  const full = resolve(schema, document);
  const words = description ?? full.description;
  const limits = limitWords(full);
  return (
    <li className="py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
        <code className="font-mono font-semibold">{name}</code>
        <span className="text-muted [overflow-wrap:anywhere]">
          {typeWords(schema)}
          {limits ? `, ${limits}` : ''}
        </span>
        {isNeeded ? null : <span className="text-muted">optional</span>}
      </p>
      {words ? <p className="mt-0.5 text-sm text-muted">{inline(words)}</p> : null}
      {objectIn(schema, document) ? (
        <details className="mt-1">
          <summary className="w-fit rounded text-sm font-semibold text-accent">Fields of {name}</summary>
          <div className="ml-1 border-l-2 border-line pl-3">
            <Fields schema={schema} document={document} />
          </div>
        </details>
      ) : null}
    </li>
  );
}
