import { type ApiDocument, resolve, type Schema } from './document.ts';

/** How deep an example goes; nothing of ours is deeper. */
const DEPTH = 8;

/** A value that a schema takes, for a reader to change. */
export function exampleOf(schema: Schema, document: ApiDocument, depth = 0): unknown {
  const {
    examples,
    const: only,
    enum: words,
    anyOf,
    type,
    properties,
    items,
    minimum,
    ...rest
  } = resolve(schema, document);
  if (depth > DEPTH) return null;
  if (examples && examples.length > 0) return examples[0];
  if (only !== undefined) return only;
  if (words) return words[0];
  if (anyOf?.[0]) return exampleOf(anyOf[0], document, depth + 1);
  const [first] = [type].flat();
  if (first === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {})
        .filter(([name]) => rest.required?.includes(name) || depth === 0)
        .map(([name, part]) => [name, exampleOf(part, document, depth + 1)]),
    );
  if (first === 'array') return items ? [exampleOf(items, document, depth + 1)] : [];
  if (first === 'integer' || first === 'number') return minimum ?? 0;
  if (first === 'boolean') return false;
  return textOf(rest);
}

function textOf({ format, pattern = '' }: Schema): string {
  if (format === 'date-time') return '2026-03-01T12:30:00Z';
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000';
  const digits = /^\^0x\[0-9a-fA-?F?\]\{(\d+)\}\$$/.exec(pattern)?.[1];
  return digits ? `0x${'0'.repeat(Number(digits))}` : '…';
}
