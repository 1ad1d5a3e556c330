/** The API's document as tests read it: its operations, and judges of requests and answers that know nothing but the document. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../backend/api/describe-api.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{names}` for its parameters. */
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: JsonObject }[];
  /** The body's schema, where there is a body. */
  readonly body: JsonObject | undefined;
  /** Its media type. */
  readonly bodyType: string | undefined;
  readonly security: readonly JsonObject[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: JsonObject }> }>>;
}

const JSON_TYPE = 'application/json';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function operationsOf(document: JsonObject): Operation[] {
  const paths = document.paths as Record<string, Record<string, JsonObject>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method): Operation[] => {
      const found = methods[method] as
        | (Pick<Operation, 'parameters' | 'security' | 'responses'> & {
            operationId: string;
            requestBody?: { content: Record<string, { schema: JsonObject }> };
          })
        | undefined;
      if (!found) return [];
      const { operationId: id, parameters, security, responses, requestBody } = found;
      const [bodyType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const body = content?.schema;
      return [{ id, method: method.toUpperCase(), path, parameters, security, responses, body, bodyType }];
    }),
  );
}

export interface Judge {
  /** Why a body is not what the operation takes; null when it is. */
  body(operation: Operation, body: unknown): string | null;
  /** The same of one parameter, as it stands in the URL. */
  parameter(schema: JsonObject, text: string): string | null;
  /** Why an answer is not what the document promises; null when it is. */
  answer(operation: Operation, answer: { status: number; type: string; body: unknown }): string | null;
}

/** A judge by the document alone: JSON Schema as ajv reads it, not zod. */
export function judgeBy(document: JsonObject): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components });
  const known = new Map<JsonObject, ValidateFunction>();
  const holds = (schema: JsonObject, value: unknown): string | null => {
    let validate = known.get(schema);
    if (!validate) {
      validate = ajv.compile(
        JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')),
      );
      known.set(schema, validate);
    }
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
  return {
    body: ({ body }, value) => (body ? holds(body, value) : null),
    parameter: (schema, text) => holds(schema, schema.type === 'integer' ? Number(text) : text),
    answer: ({ responses }, { status, type, body }) => {
      const response = responses[status];
      if (!response) return `the document has no ${status}`;
      if (!response.content) return body === '' ? null : 'there should be no body';
      const [, content] =
        Object.entries(response.content).find(([name]) => mediaType(name) === mediaType(type)) ?? [];
      return content ? holds(content.schema, body) : `the document has no ${type} for ${status}`;
    },
  };
}

const mediaType = (type: string): string => type.split(';')[0]?.trim() ?? '';

/** What `fetch` is to send as the body of an operation, with its media type; nothing where there is none. */
export const bodyOf = (
  { bodyType = JSON_TYPE }: Pick<Operation, 'bodyType'>,
  body: unknown,
): { headers: Record<string, string>; body?: string } =>
  body === undefined
    ? { headers: {} }
    : {
        headers: { 'content-type': bodyType },
        body: bodyType === JSON_TYPE ? JSON.stringify(body) : String(body),
      };

/** An answer as a judge takes it; of a stream that goes on, what comes first. */
export async function readAnswer(
  response: Response,
  // biome-ignore lint/suspicious/noExplicitAny: what came is picked apart by tests
): Promise<{ status: number; type: string; body: any; text: string }> {
  const type = response.headers.get('content-type') ?? '';
  const text = type.startsWith('text/event-stream') ? await firstOf(response) : await response.text();
  const body = type.includes('json') && !type.includes('ndjson') ? JSON.parse(text) : text;
  return { status: response.status, type, body, text };
}

async function firstOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value as Uint8Array | undefined);
}

/** Fills an operation's path and query. */
export function urlOf(
  { path }: Pick<Operation, 'path'>,
  parts: { params?: Record<string, string>; query?: Record<string, string> } = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(parts.params?.[name] ?? ''),
  );
  const search = new URLSearchParams(parts.query).toString();
  return search ? `${filled}?${search}` : filled;
}
