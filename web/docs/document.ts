import { call } from '../../backend/client/call.ts';

/** A JSON schema, as far as this page shows it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  additionalProperties?: boolean | Schema;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Schema;
}

interface Content {
  [type: string]: { schema: Schema };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

export interface ApiDocument {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** One route with where it is. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** The API's own description. */
export const readDocument = async (): Promise<ApiDocument> =>
  // The same program serves it and this page, and a test holds it to OpenAPI 3.1.
  (await call('readApi', {})) as unknown as ApiDocument;

/** Every route, in the document's order. */
export const routesOf = ({ paths }: ApiDocument): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

const COMPONENT = '#/components/schemas/';

/** The name of the component that a schema refers to. */
export const nameOf = ({ $ref }: Schema): string | undefined => $ref?.slice(COMPONENT.length);

/** What a schema says, its component's words under its own. */
export function resolve(schema: Schema, { components }: ApiDocument): Schema {
  const name = nameOf(schema);
  return name === undefined ? schema : { ...components.schemas[name], ...schema };
}

/** Who may call, in words. */
export function callerOf({ security }: Operation): string {
  const [scheme] = security;
  if (!scheme) return 'Anyone';
  return scheme.key ? `API key with the scope ${scheme.key.join(', ')}` : 'Signed-in member';
}
