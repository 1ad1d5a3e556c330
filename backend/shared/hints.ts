import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import type { Logger } from './logger.ts';

/** What may be worth a look: `events` were written, `acts` are queued, or a transaction is in the relay's `outbox`. */
export type Topic = 'events' | 'acts' | 'outbox';

/** Hints between processes of one network. They only save waiting: whoever needs to know polls as well, because a hint may be lost. */
export interface Hints {
  /** Tells every process, this one included, in a moment. Call it after the COMMIT. */
  give(topic: Topic): void;
  /** Calls `listener` at every hint until the returned function is called. */
  on(topic: Topic, listener: () => void): () => void;
  stop(): Promise<void>;
}

/** Hints that nobody hears: polling has to do. */
export const NO_HINTS: Hints = { give: () => {}, on: () => () => {}, stop: async () => {} };

const CHANNEL = 'tessera';
/** Hints of so many milliseconds are one: each wakes whole loops, and PostgreSQL takes a lock of the whole cluster for each NOTIFY. */
const GATHER_MS = 10;
/** Nothing is lost with a hint, so its commit need not wait for the disk. */
const NOTIFY_SQL = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload) FROM unnest($2::text[]) payload`;
const RECONNECT_MS = 2_000;

/**
 * Hints by LISTEN and NOTIFY: sent on a connection of `pool` apart from any transaction, heard on a connection of their own, which is opened
 * again whenever it breaks. Behind a pooler that knows no LISTEN nothing is heard, and polling does all.
 */
export function openHints({ url, pool, logger }: { url: string; pool: Pool; logger: Logger }): Hints {
  const self = randomUUID();
  const listeners = new Map<Topic, Set<() => void>>();
  const gathered = new Set<Topic>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const tellOwn = (topic: Topic) => {
    for (const listener of listeners.get(topic) ?? []) listener();
  };
  const send = () => {
    timer = undefined;
    const topics = [...gathered];
    gathered.clear();
    for (const topic of topics) tellOwn(topic);
    const payloads = topics.map((topic) => `${self} ${topic}`);
    pool.query(NOTIFY_SQL, [CHANNEL, payloads]).catch((err) => logger.debug({ err }, 'a hint was not sent'));
  };
  const hear = (payload: string | undefined) => {
    const [sender, topic] = (payload ?? '').split(' ');
    if (sender !== self) tellOwn(topic as Topic);
  };
  const heard = listen({ url, logger, signal: stopping.signal, hear });

  return {
    give(topic) {
      gathered.add(topic);
      if (!stopping.signal.aborted) timer ??= setTimeout(send, GATHER_MS).unref();
    },
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => void set.delete(listener);
    },
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await heard;
    },
  };
}

async function listen(options: {
  url: string;
  logger: Logger;
  signal: AbortSignal;
  hear: (payload: string | undefined) => void;
}): Promise<void> {
  const { url, logger, signal, hear } = options;
  while (!signal.aborted) {
    const client = new Client({ connectionString: url, keepAlive: true, application_name: 'tessera hints' });
    const broken = new Promise<void>((resolve) => {
      const end = () => resolve();
      client.on('error', end);
      client.on('end', end);
      signal.addEventListener('abort', end, { once: true });
    });
    client.on('notification', ({ payload }) => hear(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      await broken;
    } catch (err) {
      logger.debug({ err }, 'hints are not heard for now');
    }
    await client.end().catch(() => {});
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => {});
  }
}
