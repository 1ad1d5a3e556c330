import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { ErrorCode } from '../catalogue.ts';
import { DomainError } from '../errors.ts';
import { type Logger, withoutCredentials } from '../logger.ts';
import { PROBLEM_TYPE, toDomainError, toProblem } from '../problem.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const requestIds = new WeakMap<Request, string>();
const declared = new WeakMap<Request, readonly ErrorCode[]>();

/** Says which codes the route of a request may refuse with. */
export const noteRefusals =
  (codes: readonly ErrorCode[]): RequestHandler =>
  (request, _response, next) => {
    declared.set(request, codes);
    next();
  };

/** The id under which a request stands in logs and problems. */
export const requestIdOf = (request: Request): string | undefined => requestIds.get(request);

/** The longest path of a stranger that is logged. */
const PATH_LIMIT = 200;

/** What a request is called in logs: its route, because what stands in for its names may be a secret (a voucher's code); else its path. */
const routeOf = ({ route, baseUrl, path }: Request): string =>
  typeof route?.path === 'string'
    ? `${baseUrl}${route.path}`
    : withoutCredentials(`${baseUrl}${path}`.slice(0, PATH_LIMIT));

/** Gives every request an id: the caller's `x-request-id` when it is a sane one, else a new one; the answer carries it. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  requestIds.set(request, id);
  response.set('x-request-id', id);
  next();
};

/** JSON replacer: bigints travel as decimal strings. */
export const bigintsAsStrings = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** What `bigintsAsStrings` makes of a value, several times as fast where there is no bigint: a replacer is called for every field. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A bigint; what is circular fails again.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, bigintsAsStrings);
  }
}

/** Whatever reached no route. */
export const refuseUnknownRoute: RequestHandler = (request) => {
  throw new DomainError('ROUTE_UNKNOWN', {
    message: `There is nothing at ${request.baseUrl}${request.path}.`,
  });
};

/**
 * Turns every error into a problem document; only those that are our fault are logged as errors. With `checkAnswers`, a refusal that its
 * route does not name is our fault too.
 */
export function answerProblems({
  logger,
  config: { checkAnswers },
}: {
  logger: Logger;
  config: { checkAnswers: boolean };
}): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const given = toDomainError(thrown);
    const error = checkAnswers && isUndeclared(request, given) ? undeclared(given) : given;
    const requestId = requestIdOf(request);
    const about = { requestId, method: request.method, route: routeOf(request), code: error.code };
    if (error.entry.status >= 500) logger.error({ ...about, err: error.cause ?? error }, 'request failed');
    else logger.debug(about, 'request refused');
    if (response.headersSent) return next(thrown);
    response.set('cache-control', 'no-store');
    if (error.retryAfterSeconds !== undefined) response.set('retry-after', String(error.retryAfterSeconds));
    if (error.entry.status === 401) response.set('www-authenticate', 'Bearer');
    response.status(error.entry.status).type(PROBLEM_TYPE);
    response.send(JSON.stringify(toProblem(error, requestId), bigintsAsStrings));
  };
}

const isUndeclared = (request: Request, { code }: DomainError): boolean =>
  declared.get(request)?.includes(code) === false;

const undeclared = (cause: DomainError): DomainError =>
  new DomainError('INTERNAL', {
    message: `The route does not say that it refuses with ${cause.code}.`,
    cause,
  });
