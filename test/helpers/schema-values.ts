/** Values for a JSON schema, for fast-check: such as it takes, and such as somebody would send who means harm or knows no better. */
import fc from 'fast-check';
import type { JsonObject } from '../../backend/api/describe-api.ts';

/** Real values by field name, which reach further into the program than what is made up. */
export type Hints = Readonly<Record<string, readonly unknown[]>>;

const DATE_TIME = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Values that the schema takes, as far as a schema can tell. */
export function fitting(schema: JsonObject, hints: Hints, name = ''): fc.Arbitrary<unknown> {
  const known = hints[name];
  const made = make(schema, hints);
  return known && known.length > 0
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: made })
    : made;
}

function make(schema: JsonObject, hints: Hints): fc.Arbitrary<unknown> {
  const { type, enum: words, const: only, anyOf, pattern, format } = schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(words)) return fc.constantFrom(...words);
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((part) => make(part as JsonObject, hints)));
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema as { minimum?: number; maximum?: number };
  const integer = fc.oneof(
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 1000) }),
    fc.maxSafeInteger().map((value) => minimum + (Math.abs(value) % (maximum - minimum + 1))),
  );
  if (Array.isArray(type)) return fc.oneof(integer, integer.map(String));
  if (type === 'integer' || type === 'number') return integer;
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(fitting((schema.items ?? {}) as JsonObject, hints), { maxLength: 3 });
  if (type === 'object') return objects(schema, hints);
  if (format === 'date-time') return DATE_TIME;
  if (format === 'uuid') return fc.uuid({ version: [4, 7] });
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  return fc.string({ maxLength: 40 });
}

function objects({ properties = {}, required = [] }: JsonObject, hints: Hints): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, JsonObject>).map(
    ([name, part]) => [name, fitting(part, hints, name)] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required as string[] });
}

/** What hardly any field is made for. */
export const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  1e300,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "'; DROP TABLE purchases; --",
  '{{7*7}}',
  '1e9',
  '0x',
  `0x${'0'.repeat(40)}`,
  '9'.repeat(400),
  [],
  {},
  [[[[]]]],
  { $ne: null },
  { toString: 1 },
];

/** The same, and what nobody thought of. */
export const NONSENSE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.double(),
  fc.array(fc.integer(), { maxLength: 3 }),
);

/** The numbers that just miss a schema's limits, as numbers and as text, and ways of writing a number that are not ours. */
export function edgesOf({ minimum, maximum, type }: JsonObject): unknown[] {
  const limits = [
    ...(typeof minimum === 'number' ? [minimum - 1, minimum + 0.5] : []),
    ...(typeof maximum === 'number' ? [maximum + 1, maximum * 2] : []),
  ];
  const forms = [type].flat().includes('integer') ? ['1.0', '01', '+1', ' 1', '1 ', '0x1', '١'] : [];
  return [...limits, ...limits.map(String), ...forms];
}

/** What just misses a schema: beyond its limits, a little longer, a little shorter. */
export function near(schema: JsonObject, hints: Hints): fc.Arbitrary<unknown> {
  const edges = edgesOf(schema);
  const beyond = edges.length > 0 ? fc.constantFrom(...edges) : NONSENSE;
  if (!JSON.stringify(schema.type ?? '').includes('string')) return beyond;
  const texts = fitting(schema, hints)
    .map(String)
    .chain((text) =>
      fc.constantFrom(
        text.slice(0, -1),
        `${text}0`,
        ` ${text}`,
        `${text}\n`,
        `${text}\u0000`,
        text.repeat(2),
      ),
    );
  return fc.oneof(texts, beyond);
}

/** A fitting value with one thing wrong somewhere in it: a field left out, added, or replaced by what misses it, closely or by far. */
export function spoiled(schema: JsonObject, hints: Hints): fc.Arbitrary<unknown> {
  const fields = fieldsIn(schema);
  const way = fc.constantFrom('drop', 'add', 'replace', 'replace', 'replace', 'whole');
  const field = fields.length > 0 ? fc.constantFrom(...fields) : fc.constant(null);
  return fc.tuple(fitting(schema, hints), way, field, NONSENSE).chain(([value, how, at, nonsense]) => {
    if (how === 'whole' || typeof value !== 'object' || value === null) return fc.constant(nonsense);
    if (how === 'add' || !at) return fc.constant({ ...value, surprise: nonsense });
    const object = value as Record<string, unknown>;
    if (how === 'drop') return fc.constant(change(object, at.path, undefined));
    return fc
      .oneof(fc.constant(nonsense), near(at.schema, hints))
      .map((to) => change(object, at.path, { to }));
  });
}

/** Every field of an object's schema, those of objects inside included. */
export function fieldsIn(
  { properties = {} }: JsonObject,
  prefix: string[] = [],
): { path: string[]; schema: JsonObject }[] {
  return Object.entries(properties as Record<string, JsonObject>).flatMap(([name, schema]) => {
    const path = [...prefix, name];
    return [{ path, schema }, ...fieldsIn(schema, path)];
  });
}

/** A copy with one field changed, or left out. */
export function change(
  value: Record<string, unknown>,
  [key = '', ...rest]: string[],
  to: { to: unknown } | undefined,
): Record<string, unknown> {
  if (rest.length > 0)
    return { ...value, [key]: change((value[key] ?? {}) as Record<string, unknown>, rest, to) };
  const { [key]: _, ...others } = value;
  return to ? { ...others, [key]: to.to } : others;
}
