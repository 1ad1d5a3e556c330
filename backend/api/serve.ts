import type { IncomingHttpHeaders } from 'node:http';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { requireSession } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { noteRefusals } from '../shared/http/answers.ts';
import { jsonBody } from '../shared/http/body.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { requirePartner } from '../staff/require-partner.ts';
import { type Contract, queryOf, refusalsOf } from './contract.ts';
import { sendAnswer } from './send-answer.ts';

/** A request whose parts have been parsed by the contract's schemas. */
export interface Told<P, Q, B, H> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly headers: H;
  readonly request: Request;
  readonly response: Response;
}

/** What a handler answers: a status of its contract (200 unless given), and what becomes JSON, where the contract has a body there. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Handle<P, Q, B, H> = (told: Told<P, Q, B, H>) => Reply | undefined | Promise<Reply | undefined>;

/** A contract with what keeps it. */
export interface Bound {
  readonly contract: Contract;
  readonly handle: Handle<unknown, unknown, unknown, unknown>;
  readonly before: readonly RequestHandler[];
}

/**
 * Binds a handler to its contract; a handler that returns nothing has answered by itself (a stream). `before` are asked once the caller is
 * known and before anything of the request is read.
 */
export const on = <P, Q, B, H>(
  contract: Contract<P, Q, B, H>,
  handle: Handle<P, Q, B, H>,
  ...before: readonly RequestHandler[]
): Bound => ({
  contract: contract as Contract,
  // The parts are what the contract's own schemas made of them.
  handle: handle as Handle<unknown, unknown, unknown, unknown>,
  before,
});

type ServeDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'logger'>;

/** A router that keeps contracts: callers are checked, parts parsed, answers held to their schemas; other methods of a path are refused. */
export function serve(deps: ServeDeps, bound: readonly Bound[]): Router {
  const router = Router();
  for (const [path, routes] of Map.groupBy(bound, ({ contract }) => contract.path.replace(/^\/v1/, '')))
    defineRoute(
      router,
      path,
      Object.fromEntries(routes.map((route) => [route.contract.method, handlersOf(deps, route)])),
    );
  return router;
}

function handlersOf(deps: ServeDeps, { contract, handle, before }: Bound): RequestHandler[] {
  const { caller, params, body, bodyType, headers } = contract;
  const guard =
    caller === 'anyone'
      ? []
      : [caller === 'member' ? requireSession(deps) : requirePartner(deps, caller.key)];
  const query = queryOf(contract);
  const isRead = body !== undefined && bodyType === undefined;
  return [
    noteRefusals(refusalsOf(contract)),
    ...guard,
    ...before,
    ...(isRead ? jsonBody() : []),
    async (request, response) => {
      const reply = await handle({
        params: params && parseRequest(params, request.params),
        query: parseRequest(query, request.query),
        body: isRead ? parseRequest(body, request.body) : undefined,
        headers: headers && parseHeaders(headers, request.headers),
        request,
        response,
      });
      if (reply) sendAnswer(deps, contract, { request, response, reply });
    },
  ];
}

/** The headers that a schema names, each field told as a header where it is wrong. */
function parseHeaders(schema: z.ZodType, given: IncomingHttpHeaders): unknown {
  const named = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const present = named.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
  try {
    return parseRequest(schema, Object.fromEntries(present));
  } catch (error) {
    if (!(error instanceof DomainError) || !error.fields) throw error;
    const fields = error.fields.map(({ field, message }) => ({ field: `(header) ${field}`, message }));
    throw new DomainError(error.code, { fields, cause: error });
  }
}
