/** TypeScript from the API's document: a type for each of its schemas, and for each operation what it takes and answers. */
import type { JsonObject } from '../../backend/api/describe-api.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const SCHEMA_REF = '#/components/schemas/';
const INDENT = '  ';
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is a type's source
const HEX_TYPE = '`0x${string}`';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: JsonObject }[];
  readonly requestBody?: { readonly content: Record<string, { schema: JsonObject }> };
  readonly responses: Record<string, { content?: Record<string, { schema: JsonObject }> }>;
}

/** The source of `backend/client/api.ts`. The same document gives the same text. */
export function writeTypes(document: JsonObject): string {
  const { components, paths } = document as {
    components: { schemas: Record<string, JsonObject> };
    paths: Record<string, Record<string, Operation>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation && isCallable(operation) ? [{ path, method, operation }] : [];
    }),
  );
  const routes = operations.map(
    ({ path, method, operation }) => `${INDENT}${operation.operationId}: '${method.toUpperCase()} ${path}',`,
  );
  return [
    '/* Made by `npm run client` from the OpenAPI document of the API: not to be edited. */',
    ...Object.entries(components.schemas).map(([name, schema]) => declare(name, schema)),
    '/** What each operation takes and answers. */',
    'export interface Operations {',
    ...operations.map(({ operation }) => describeOperation(operation)),
    '}',
    '',
    '/** Method and path of each operation. */',
    'export const ROUTES = {',
    ...routes,
    '} as const satisfies Record<keyof Operations, string>;',
    '',
  ].join('\n');
}

/** Whether one request gets one answer, as JSON or as text: streams are read by who knows how. */
function isCallable({ requestBody, responses }: Operation): boolean {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = [requestBody, ...answers.map(([, answer]) => answer)].flatMap((part) =>
    Object.keys(part?.content ?? {}),
  );
  return types.every((type) => type === 'application/json' || type.startsWith('text/plain'));
}

function declare(name: string, schema: JsonObject): string {
  const type = typeOf(schema, '');
  const note = comment(schema.description, '');
  return schema.properties
    ? `${note}export interface ${name} ${type}\n`
    : `${note}export type ${name} = ${type};\n`;
}

function describeOperation({ operationId, summary, description, ...operation }: Operation): string {
  const inner = INDENT + INDENT;
  const part = (where: string) => {
    const named = operation.parameters.filter((parameter) => parameter.in === where);
    if (named.length === 0) return 'undefined';
    const properties = Object.fromEntries(named.map((parameter) => [parameter.name, parameter.schema]));
    const required = named.filter((parameter) => parameter.required).map((parameter) => parameter.name);
    return typeOf({ type: 'object', properties, required }, inner);
  };
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content }]) =>
      content ? Object.values(content).map(({ schema }) => typeOf(schema, inner)) : ['undefined'],
    );
  return [
    `${comment(description ? `${summary}. ${description}` : `${summary}.`.replace('?.', '?'), INDENT)}${INDENT}${operationId}: {`,
    `${inner}params: ${part('path')};`,
    `${inner}query: ${part('query')};`,
    `${inner}body: ${body ? typeOf(body, inner) : 'undefined'};`,
    `${inner}answer: ${[...new Set(answers)].join(' | ')};`,
    `${INDENT}};`,
  ].join('\n');
}

const comment = (text: unknown, indent: string): string =>
  typeof text === 'string' ? `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n` : '';

/** A JSON schema as a type. `indent` is that of the line in which the type begins. */
export function typeOf(schema: JsonObject, indent: string): string {
  const { $ref, anyOf, enum: words, const: only, type } = schema;
  if (typeof $ref === 'string') return $ref.slice(SCHEMA_REF.length);
  if (Array.isArray(anyOf)) return union(anyOf.map((part) => typeOf(part as JsonObject, indent)));
  if (Array.isArray(words)) return union(words.map(literal));
  if (only !== undefined) return literal(only);
  if (Array.isArray(type)) return union(type.map((name) => plain(String(name), schema)));
  if (type === 'array') return listOf(typeOf((schema.items ?? {}) as JsonObject, indent));
  if (type === 'object') return objectOf(schema, indent);
  return plain(String(type), schema);
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value);
const union = (types: string[]): string => [...new Set(types)].join(' | ');
const listOf = (item: string): string => (item.includes(' | ') ? `(${item})[]` : `${item}[]`);

function plain(type: string, { pattern }: JsonObject): string {
  if (type === 'string')
    return typeof pattern === 'string' && pattern.startsWith('^0x') ? HEX_TYPE : 'string';
  // Requests may have bigints, which travel as decimal strings.
  if (type === 'integer' || type === 'number')
    return typeof pattern === 'string' ? 'number | bigint' : 'number';
  if (type === 'boolean' || type === 'null') return type;
  return 'unknown';
}

function objectOf({ properties, required, additionalProperties }: JsonObject, indent: string): string {
  if (!properties || Object.keys(properties).length === 0)
    return additionalProperties === false
      ? 'Record<string, never>'
      : `Record<string, ${typeof additionalProperties === 'object' && additionalProperties ? typeOf(additionalProperties as JsonObject, indent) : 'unknown'}>`;
  const inner = indent + INDENT;
  const needed = new Set((required ?? []) as string[]);
  const fields = Object.entries(properties as Record<string, JsonObject>).map(([name, schema]) => {
    const mark = needed.has(name) ? '' : '?';
    const absent = needed.has(name) ? '' : ' | undefined';
    return `${comment(schema.description, inner)}${inner}${name}${mark}: ${typeOf(schema, inner)}${absent};`;
  });
  return `{\n${fields.join('\n')}\n${indent}}`;
}
