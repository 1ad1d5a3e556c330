import { type DomainError, type ErrorDetails, type FieldProblem, DomainError as Refusal } from './errors.ts';

/** RFC 9457 problem details, with a stable `code` and what can be done about it at the end of `detail`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retry: string;
  readonly errors?: readonly FieldProblem[];
  readonly details?: ErrorDetails;
  readonly requestId?: string;
}

/** The media type of problem details. */
export const PROBLEM_TYPE = 'application/problem+json';

/** The document that answers a refused request. */
export function toProblem(error: DomainError, requestId?: string): Problem {
  const { status, title, retry } = error.entry;
  return {
    type: `urn:tessera:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    retry,
    ...(error.fields && { errors: error.fields }),
    ...(error.details && { details: error.details }),
    ...(requestId && { requestId }),
  };
}

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08003',
  'P1001',
  'P1002',
  'P1017',
]);

/**
 * The refusal that an error of any origin amounts to: itself, what Express's body parser meant, a database that is away, else INTERNAL with
 * the error as its cause (the answer says nothing of it).
 */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof Refusal) return error;
  const { type, code, message } = (error ?? {}) as { type?: unknown; code?: unknown; message?: unknown };
  switch (type) {
    case 'entity.parse.failed':
      return new Refusal('BODY_MALFORMED', { cause: error, fields: [bodyField('This is not valid JSON.')] });
    case 'entity.too.large':
      return new Refusal('BODY_TOO_LARGE', { cause: error, fields: [bodyField('More than 64 kB.')] });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal('BODY_TYPE_UNSUPPORTED', { cause: error });
    case 'request.aborted':
    case 'request.size.invalid':
    case 'stream.encoding.set':
      return new Refusal('BODY_MALFORMED', { cause: error });
  }
  if (error instanceof URIError) return new Refusal('ROUTE_UNKNOWN', { cause: error });
  const lost =
    typeof message === 'string' &&
    /timeout exceeded when trying to connect|Connection terminated/.test(message);
  if (lost || (typeof code === 'string' && CONNECTION_FAILURES.has(code)))
    return new Refusal('DATABASE_UNAVAILABLE', { cause: error });
  return new Refusal('INTERNAL', { cause: error });
}

const bodyField = (message: string): FieldProblem => ({ field: '(body)', message });
