import { fields, integer, list, optional, type Parse, ShapeError, text } from './parse.ts';

const TIMEOUT_MS = 10_000;

const problemShape = fields({
  title: text,
  status: integer,
  detail: optional(text),
  code: optional(text),
  requestId: optional(text),
  errors: optional(list(fields({ field: text, message: text }))),
});

export interface ApiFailure {
  /** Stable code of the problem document, or OFFLINE, TIMEOUT, UNREADABLE made here. */
  code: string;
  status: number;
  detail: string;
  errors?: readonly { field: string; message: string }[] | undefined;
  retryAfterSeconds?: number | undefined;
}

/** Any answer that is not the one asked for. `unknownOutcome` says that the request may still have been carried out. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { field: string; message: string }[];
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: ApiFailure, options?: ErrorOptions) {
    super(failure.detail, options);
    this.code = failure.code;
    this.status = failure.status;
    this.detail = failure.detail;
    this.errors = failure.errors ?? [];
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }

  get unknownOutcome(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

export interface RequestOptions {
  body?: unknown;
  /** Session token or till key, sent as a bearer token. */
  bearer?: string | undefined;
  signal?: AbortSignal | undefined;
  /** How long to wait for the answer; ten seconds unless given. */
  timeoutMs?: number;
}

/**
 * One call of the HTTP API under /v1: POST when there is a body, else GET.
 * @throws ApiProblem for every problem document, refused connection, time-out and unreadable answer
 */
export async function request<T>(path: string, parse: Parse<T>, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  const body = await readJson(response);
  if (!response.ok) throw problem(response, body);
  try {
    return parse(body, 'answer');
  } catch (cause) {
    if (cause instanceof ShapeError) throw unreadable(cause);
    throw cause;
  }
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { body, bearer, signal, timeoutMs = TIMEOUT_MS } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(`/v1${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body, bigintAsText) }),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    if (timeout.aborted)
      throw new ApiProblem(
        { code: 'TIMEOUT', status: 0, detail: 'Tessera took too long to answer.' },
        { cause },
      );
    throw new ApiProblem({ code: 'OFFLINE', status: 0, detail: 'No connection to Tessera.' }, { cause });
  }
}

/** Points and µUSD are bigints here and decimal strings on the wire. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (response.ok) throw unreadable(cause);
    return undefined;
  }
}

function problem(response: Response, body: unknown): ApiProblem {
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const retryAfterSeconds = Number.isNaN(retryAfter) ? undefined : retryAfter;
  try {
    const { title, detail, code, errors } = problemShape(body, 'problem');
    return new ApiProblem({
      code: code ?? 'REFUSED',
      status: response.status,
      detail: detail ?? title,
      errors,
      retryAfterSeconds,
    });
  } catch {
    return new ApiProblem({
      code: 'REFUSED',
      status: response.status,
      detail: 'Tessera could not answer.',
      retryAfterSeconds,
    });
  }
}

function unreadable(cause: unknown): ApiProblem {
  return new ApiProblem(
    { code: 'UNREADABLE', status: 0, detail: 'The answer could not be read.' },
    { cause },
  );
}
