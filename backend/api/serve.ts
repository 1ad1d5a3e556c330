import { type Request, type RequestHandler, type Response, Router } from 'express';
import { requireKey } from '../partners/require-key.ts';
import { requireSession } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { noteRefusals } from '../shared/http/answers.ts';
import { jsonBody } from '../shared/http/body.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { type Contract, queryOf, refusalsOf } from './contract.ts';
import { sendAnswer } from './send-answer.ts';

/** A request whose parts have been parsed by the contract's schemas. */
export interface Told<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  readonly response: Response;
}

/** What a handler answers: a status of its contract (200 unless given), and what becomes JSON. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Handle<P, Q, B> = (told: Told<P, Q, B>) => Reply | undefined | Promise<Reply | undefined>;

/** A contract with what keeps it. */
export interface Bound {
  readonly contract: Contract;
  readonly handle: Handle<unknown, unknown, unknown>;
}

/** Binds a handler to its contract; a handler that returns nothing has answered by itself (a stream). */
export const on = <P, Q, B>(contract: Contract<P, Q, B>, handle: Handle<P, Q, B>): Bound => ({
  contract: contract as Contract,
  // The parts are what the contract's own schemas made of them.
  handle: handle as Handle<unknown, unknown, unknown>,
});

type ServeDeps = Pick<Deps, 'prisma' | 'clock' | 'config' | 'logger'>;

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

function handlersOf(deps: ServeDeps, { contract, handle }: Bound): RequestHandler[] {
  const { caller, params, body, bodyType } = contract;
  const guard =
    caller === 'anyone' ? [] : [caller === 'member' ? requireSession(deps) : requireKey(caller.key)];
  const query = queryOf(contract);
  const isRead = body !== undefined && bodyType === undefined;
  return [
    noteRefusals(refusalsOf(contract)),
    ...guard,
    ...(isRead ? jsonBody() : []),
    async (request, response) => {
      const reply = await handle({
        params: params && parseRequest(params, request.params),
        query: parseRequest(query, request.query),
        body: isRead ? parseRequest(body, request.body) : undefined,
        request,
        response,
      });
      if (reply) sendAnswer(deps, contract, { request, response, reply });
    },
  ];
}
