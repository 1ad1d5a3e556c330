/** One call of the API, typed by its document. */
import { type Operations, ROUTES } from './api.ts';
import { ApiProblem, readProblem } from './problem.ts';

export type Name = keyof Operations;
export type Answer<N extends Name> = Operations[N]['answer'];

/** The parts of a request that an operation has: `params` of its path, `query`, `body`. */
export type Parts<N extends Name> = {
  [Part in 'params' | 'query' | 'body' as Operations[N][Part] extends undefined
    ? never
    : Part]: Operations[N][Part];
};
/** The same, where parts that may be empty may be left out. */
export type Input<N extends Name> = {
  [Part in keyof Parts<N> as object extends Parts<N>[Part] ? never : Part]: Parts<N>[Part];
} & { [Part in keyof Parts<N> as object extends Parts<N>[Part] ? Part : never]?: Parts<N>[Part] };

export interface CallOptions {
  /** Where the API is; the page's own origin unless given. */
  readonly url?: string | undefined;
  /** A till's key or a member's session. */
  readonly bearer?: string | undefined;
  /** With a session of somebody who works for several brands: which one is meant. */
  readonly partner?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 10_000;

/** An operation as a request: method, path with its query, and the body as text where there is one. */
export function toRequest<N extends Name>(
  name: N,
  input: Input<N>,
): { method: string; path: string; body: string | undefined } {
  const { params, query, body } = input as { params?: object; query?: object; body?: unknown };
  const [method = '', template = ''] = ROUTES[name].split(' ');
  const values = (params ?? {}) as Record<string, unknown>;
  const path = template.replaceAll(/\{(\w+)\}/g, (_all, key: string) =>
    encodeURIComponent(String(values[key])),
  );
  const asked = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const search = asked.length > 0 ? `?${new URLSearchParams(asked as [string, string][])}` : '';
  return {
    method,
    path: path + search,
    body: body === undefined ? undefined : JSON.stringify(body, bigintAsText),
  };
}

/** Points and money may be bigints here, and are decimal strings on the wire. */
const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/**
 * Calls an operation.
 * @throws ApiProblem for every problem document, refused connection, time-out and unreadable answer
 */
export async function call<N extends Name>(
  name: N,
  input: Input<N>,
  options: CallOptions = {},
): Promise<Answer<N>> {
  const response = await send(toRequest(name, input), options);
  const body = await readBody(response);
  if (!response.ok) throw readProblem(response, body);
  return body as Answer<N>;
}

async function send(
  { method, path, body }: ReturnType<typeof toRequest>,
  { url = '', bearer, partner, signal, timeoutMs = TIMEOUT_MS }: CallOptions,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(partner === undefined ? {} : { 'x-partner': String(partner) }),
      },
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const [code, detail] = timeout.aborted
      ? ['TIMEOUT', 'Tessera took too long to answer.']
      : ['OFFLINE', 'No connection to Tessera.'];
    throw new ApiProblem({ code, status: 0, detail }, { cause });
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isText = response.headers.get('content-type')?.startsWith('text/plain');
  try {
    return await (isText ? response.text() : response.json());
  } catch (cause) {
    if (response.ok) throw unreadable(cause);
    return undefined;
  }
}

/** For an answer that arrived and makes no sense. */
export const unreadable = (cause: unknown): ApiProblem =>
  new ApiProblem({ code: 'UNREADABLE', status: 0, detail: 'The answer could not be read.' }, { cause });
