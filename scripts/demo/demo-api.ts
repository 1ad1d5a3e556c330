import { sleep } from '../embedded/service.ts';

/** A refusal of the network's API, with its problem document. */
export class ApiRefusal extends Error {
  override name = 'ApiRefusal';
  readonly code: string;

  constructor(path: string, problem: { code?: string; detail?: string; title?: string }, status: number) {
    super(`${path}: ${status} ${problem.code ?? ''} ${problem.detail ?? problem.title ?? ''}`);
    this.code = problem.code ?? 'UNKNOWN';
  }
}

const ATTEMPTS = 20;
const PAUSE_MS = 500;

export interface DemoApi {
  get<T>(path: string): Promise<T>;
  /** Sends a body that may be sent again: what is repeated gets the first answer. */
  post<T>(path: string, body: unknown, key?: string): Promise<T>;
}

/** The public API as any till or wallet uses it; "not now" answers are asked again for ten seconds. */
export function openApi(url: string): DemoApi {
  async function request<T>(path: string, init: RequestInit): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${url}/v1${path}`, init);
      if (response.ok) return (await response.json()) as T;
      const later = response.status === 429 || response.status === 503;
      if (!later || attempt === ATTEMPTS)
        throw new ApiRefusal(path, (await response.json().catch(() => ({}))) as object, response.status);
      await sleep(PAUSE_MS);
    }
  }
  return {
    get: (path) => request(path, {}),
    post: (path, body, key) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(body),
      }),
  };
}
