import { type Client, createClient } from '../../backend/client/index.ts';
import { ApiProblem } from '../../backend/client/problem.ts';
import { sleep } from '../embedded/service.ts';

const ATTEMPTS = 20;
const PAUSE_MS = 500;
const TIMEOUT_MS = 60_000;
const NOT_NOW = [429, 503];

/** The public API as any till or wallet uses it; "not now" answers are asked again for ten seconds. */
export function openApi(url: string): Client {
  const client = createClient({ url, timeoutMs: TIMEOUT_MS });
  const patient = Object.entries(client).map(([name, ask]) => [
    name,
    (...args: never[]) => askAgain(() => (ask as (...given: never[]) => Promise<unknown>)(...args)),
  ]);
  return Object.fromEntries(patient) as Client;
}

async function askAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await ask();
    } catch (error) {
      const later = error instanceof ApiProblem && NOT_NOW.includes(error.status);
      if (!later || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
}
