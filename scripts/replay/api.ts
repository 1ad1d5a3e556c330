/** The public API over kept-alive connections. Whatever fails without an answer is sent again with the same id until the server is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { z } from 'zod';
import { type Input, type Name, toRequest } from '../../backend/client/call.ts';
import { CommandFailure } from '../shared/failure.ts';

const CONNECTIONS = 64;
const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** How long a server may be gone before the replay gives up. */
const OUTAGE_LIMIT_MS = 120_000;
/** How long one may be gone that has never answered: more likely the URL is wrong. */
const FIRST_LIMIT_MS = 5_000;

/** One request, its body as text. Without `key` it is made as the public. */
export interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  readonly key?: string | undefined;
  readonly body?: string | undefined;
}

/** An operation of the API as a request. */
export const operation = <N extends Name>(name: N, input: Input<N>, key?: string): ApiRequest => ({
  ...toRequest(name, input),
  key,
});

/** What the API said no to: its problem document's code, and the sentence that goes with it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** An answer of the expected shape, or a refusal that no retry would change. */
export type Answer<T> = { readonly ok: T } | { readonly refused: Refusal };

/** A connection to the network's API. */
export class Api {
  /** How many requests had to be sent again. */
  retries = 0;
  readonly #pool: Pool;
  readonly #url: string;
  #goneSince: number | null = null;
  #limit = FIRST_LIMIT_MS;

  readonly #say: (line: string) => void;

  /** `say` is told when the server goes and when it is back. */
  constructor(url: string, say: (line: string) => void = console.error) {
    this.#url = url;
    this.#say = say;
    this.#pool = new Pool(new URL(url).origin, {
      connections: CONNECTIONS,
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
  }

  /** Sends a request and parses its answer. @throws CommandFailure when the server stays away, or answers in another shape. */
  async send<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<Answer<T>> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const answer = await this.#attempt(request).catch(() => null);
      // An answer of 429 is a sign of life; an error of the server's own is not.
      const alive = answer !== null && answer.status < 500;
      if (alive) this.#noteLife();
      if (alive && answer.status !== 429) return this.#parse(request, schema, answer);
      if (!alive) this.#noteSilence(answer);
      this.retries += 1;
      await sleep(Math.max(pause, (answer?.retryAfterSeconds ?? 0) * 1000));
    }
  }

  /** The same, where a refusal is not expected. @throws CommandFailure with the refusal's own words. */
  async must<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.send(request, schema);
    if ('ok' in answer) return answer.ok;
    const { status, code, detail } = answer.refused;
    throw new CommandFailure(
      `${request.method ?? 'GET'} ${request.path} was refused with ${status} ${code}: ${detail}`,
    );
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #attempt({ method = 'GET', path, key, body }: ApiRequest) {
    const response = await this.#pool.request({
      method,
      path,
      headers: {
        accept: 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const retryAfterSeconds = Number(response.headers['retry-after'] ?? 0) || 0;
    return { status: response.statusCode, retryAfterSeconds, json: (await response.body.json()) as unknown };
  }

  #parse<T>(
    { method = 'GET', path }: ApiRequest,
    schema: z.ZodType<T>,
    { status, json }: { status: number; json: unknown },
  ): Answer<T> {
    if (status >= 400) {
      const { code = 'UNKNOWN', detail = 'no reason was given' } = (json ?? {}) as Partial<Refusal>;
      return { refused: { status, code, detail } };
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return { ok: parsed.data };
    const issue = parsed.error.issues[0];
    throw new CommandFailure(
      `${this.#url} answered ${method} ${path} in a shape that this replay does not know (${issue?.path.join('.')}: ${issue?.message}).`,
    );
  }

  #noteLife(): void {
    if (this.#goneSince !== null && this.#limit === OUTAGE_LIMIT_MS) this.#say(`${this.#url} is back.`);
    this.#goneSince = null;
    this.#limit = OUTAGE_LIMIT_MS;
  }

  /** @throws CommandFailure when the server has been gone for too long. */
  #noteSilence(answer: { status: number } | null): void {
    if (this.#goneSince === null) {
      this.#goneSince = Date.now();
      if (this.#limit === OUTAGE_LIMIT_MS) this.#say(`${this.#url} is gone; waiting for it.`);
    }
    if (Date.now() - this.#goneSince <= this.#limit) return;
    const last = answer ? `Its last answer was ${answer.status}.` : 'It does not answer.';
    throw new CommandFailure(
      `${this.#url} has been gone for ${this.#limit / 1000} s. ${last} Start the network with "npm start" and run the same replay again: it goes on where it was.`,
    );
  }
}

/** Does `work` for every item, at most as many at once as there are connections. The first failure ends it. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  limit = CONNECTIONS,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = iterator.next(); !next.done && !failed; next = iterator.next()) await work(next.value);
  };
  await Promise.all(
    Array.from({ length: limit }, () =>
      worker().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
}
