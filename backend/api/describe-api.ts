/** The OpenAPI 3.1 document, from the contracts. Nothing in it depends on a configuration, so that a client can be made from it anywhere. */
import { z } from 'zod';
import { OPERATOR_SCOPE } from '../partners/api-key.ts';
import { CATALOGUE, type ErrorCode } from '../shared/catalogue.ts';
import { PROBLEM_TYPE } from '../shared/problem.ts';
import type { Refusal } from '../shared/refusals/refusal.ts';
import { type Caller, type Contract, queryOf, refusalsOf, TAGS } from './contract.ts';
import { CONTRACTS } from './contracts.ts';
import { problemShape } from './shapes.ts';

/** A JSON schema, or another part of the document: plain JSON. */
export type JsonObject = Record<string, unknown>;

const JSON_TYPE = 'application/json';
const API_VERSION = '1.0.0';

/** Collects the named parts while the document is made. */
class Components {
  readonly schemas: JsonObject = {};

  /** A zod schema as JSON schema; what has an id of its own becomes a component. */
  schema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject;
    for (const [name, part] of Object.entries($defs as JsonObject)) this.schemas[name] = tidy(part, io);
    return tidy(rest, io) as JsonObject;
  }
}

/** What is left out: ids (the key says it), and in answers the promise that nothing is ever added. */
function tidy(part: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(part)) return part.map((item) => tidy(item, io));
  if (part === null || typeof part !== 'object') return part;
  const entries = Object.entries(part).filter(
    ([key, value]) => !(io === 'output' && key === 'additionalProperties' && value === false),
  );
  return Object.fromEntries(
    entries
      .filter(([key, value]) => !(key === 'id' && typeof value === 'string'))
      .map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string'
          ? value.replace('#/$defs/', '#/components/schemas/')
          : tidy(value, io),
      ]),
  );
}

/** The document that GET /v1/openapi.json answers. */
export function describeApi(contracts: readonly Contract[] = CONTRACTS): JsonObject {
  const components = new Components();
  components.schema(problemShape, 'output');
  const paths: JsonObject = {};
  for (const contract of contracts) {
    const path = contract.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...(paths[path] as JsonObject),
      [contract.method]: describeOperation(components, contract),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version: API_VERSION,
      summary: 'A coalition loyalty network whose every point is backed by money that anyone can check.',
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      headers: HEADERS,
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'tsk_…',
          description:
            'A partner’s API key. It is shown once, when it is made, and may do what its scopes say.',
        },
        session: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'tss_…',
          description:
            'The session of a member, or of somebody who works for a brand, from POST /v1/sessions.',
        },
      },
    },
  };
}

const ABOUT = `JSON in UTF-8; amounts that may pass 2^53 are decimal strings in answers, and integers or decimal strings in requests. Fields that a route does not know are refused; answers may get new fields.

A refusal is a problem document (RFC 9457) with a stable \`code\`. Every answer has an \`x-request-id\`: the caller's own when it sent one of 8 to 64 letters, digits, dots, hyphens or underscores. Limits are told by \`RateLimit\` and \`RateLimit-Policy\`; a 429 says how long to wait in \`Retry-After\`. Lists come in pages: send \`next\` as \`cursor\`. What is asked again and again has an \`ETag\`: send it as \`If-None-Match\`, and 304 says that nothing is new.`;

function describeOperation(components: Components, contract: Contract): JsonObject {
  const { name, tag, summary, description, body, caller } = contract;
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...securityOf(caller),
    parameters: [
      ...(contract.params ? parametersOf(components, contract.params, 'path') : []),
      ...parametersOf(components, queryOf(contract), 'query'),
      ...(contract.headers ? parametersOf(components, contract.headers, 'header') : []),
      ...(typeof caller === 'object' && caller.key !== OPERATOR_SCOPE ? [{ ...X_PARTNER }] : []),
      ...(contract.polled ? [{ ...IF_NONE_MATCH }] : []),
    ],
    ...(body && {
      requestBody: {
        required: true,
        content: { [contract.bodyType ?? JSON_TYPE]: { schema: components.schema(body, 'input') } },
      },
    }),
    responses: { ...answersOf(components, contract), ...problemsOf(refusalsOf(contract)) },
  };
}

const securityOf = (caller: Caller): JsonObject => {
  if (caller === 'anyone') return { security: [] };
  if (caller === 'member') return { security: [{ session: [] }] };
  if (caller.key === OPERATOR_SCOPE) return { security: [{ key: [caller.key] }] };
  return { security: [{ key: [caller.key] }, { session: [] }] };
};

const IF_NONE_MATCH = {
  name: 'if-none-match',
  in: 'header',
  required: false,
  description: 'The ETag of the answer that you have.',
  schema: { type: 'string' },
};

const X_PARTNER = {
  name: 'x-partner',
  in: 'header',
  required: false,
  description: 'With a session: for which brand, by its number; needed by those who work for several.',
  schema: { type: 'string' },
};

function parametersOf(
  components: Components,
  schema: z.ZodType,
  where: 'path' | 'query' | 'header',
): JsonObject[] {
  const { properties = {}, required = [] } = components.schema(schema, 'input');
  return Object.entries(properties as JsonObject).map(([name, part]) => ({
    name,
    in: where,
    required: where === 'path' || (required as string[]).includes(name),
    schema: part,
  }));
}

const header = (description: string, schema: JsonObject = { type: 'string' }): JsonObject => ({
  description,
  schema,
});
const HEADERS: Readonly<Record<string, JsonObject>> = {
  'x-request-id': header('The id under which the request stands in our log.'),
  ratelimit: header('What is left of the limit (draft-ietf-httpapi-ratelimit-headers-08).'),
  'ratelimit-policy': header('The limit.'),
  etag: header('Changes when the answer does.'),
  'retry-after': header('Seconds to wait.', { type: 'integer' }),
};

const headersOf = (...more: ('etag' | 'retry-after')[]): JsonObject =>
  Object.fromEntries(
    ['x-request-id', 'ratelimit', 'ratelimit-policy', ...more].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );

function answersOf(components: Components, { answers, polled }: Contract): JsonObject {
  const described: [string, JsonObject][] = Object.entries(answers).map(
    ([status, { description, schema, type = JSON_TYPE }]) => [
      status,
      {
        description,
        headers: headersOf(...(polled ? (['etag'] as const) : [])),
        ...(schema && { content: { [type]: { schema: components.schema(schema, 'output') } } }),
      },
    ],
  );
  if (polled) described.push(['304', { description: 'Nothing is new.', headers: headersOf('etag') }]);
  return Object.fromEntries(described);
}

/** Refusals by status, each with the codes that it may have and what they mean. */
function problemsOf(codes: readonly ErrorCode[]): JsonObject {
  const byStatus = Map.groupBy(codes, (code) => CATALOGUE[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      {
        description: those.map((code) => `\`${code}\`: ${titleOf(code)}.`).join(' '),
        headers: headersOf(...(status === 429 ? (['retry-after'] as const) : [])),
        content: {
          [PROBLEM_TYPE]: {
            schema: {
              $ref: '#/components/schemas/Problem',
              type: 'object',
              properties: { code: { enum: [...those] } },
            },
          },
        },
      },
    ]),
  );
}

const titleOf = (code: ErrorCode): string => (CATALOGUE[code] as Refusal).title;
