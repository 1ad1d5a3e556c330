import { Gauge } from 'prom-client';
import { toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { runLoop } from '../shared/loop.ts';
import type { Place } from './event.ts';
import { readPresent, readSigns, type Sign } from './events.repository.ts';

/** How often the table is looked at when no hint came. */
const LOOK_MS = 1_000;
const SIGNS_AT_ONCE = 2_000;
const RETRY_AFTER_SECONDS = 5;

/** Whose events a listener waits for. */
export type FeedKey = `partner:${number}` | `account:0x${string}` | `payment:${string}`;

/** Someone who waits for events of one key. */
export interface Listener {
  /** Resolves at the next sign of an event since the last call, after `ms`, or when `signal` aborts. It may resolve for nothing. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Tells this process's streams and long polls that there is something for them to read. One look at the table serves them all. */
export interface EventFeed {
  /** @throws DomainError STREAMS_TOO_MANY when this process, or `caller`, has too many */
  listen(key: FeedKey, caller: string): Listener;
  /** Aborts when the program stops. */
  readonly stopping: AbortSignal;
  stop(): Promise<void>;
}

/**
 * Follows the table of events by polling, at once after a hint, and wakes those whose events there are. What a listener reads is up to
 * itself, at its own pace, so nothing is kept here for anyone who is slow.
 */
export function openEventFeed(
  deps: Pick<Deps, 'pool' | 'hints' | 'config' | 'logger' | 'metrics'>,
): EventFeed {
  const { pool, hints, config, logger, metrics } = deps;
  const listeners = new Map<string, Set<() => void>>();
  const callers = new Map<string, number>();
  const stopping = new AbortController();
  let open = 0;
  let after: Place | null = null;
  new Gauge({
    name: 'tessera_event_listeners',
    help: 'Streams and long polls that are open',
    registers: [metrics],
    collect() {
      this.set(open);
    },
  });

  const wakeAll = () => {
    for (const set of listeners.values()) for (const wake of set) wake();
  };
  const look = async () => {
    if (open === 0) {
      after = null;
      return false;
    }
    if (after === null) {
      after = await readPresent(pool);
      // What came between a listener's first reading and this place is behind us: everyone reads once more.
      wakeAll();
      return true;
    }
    const signs = await readSigns(pool, after, SIGNS_AT_ONCE);
    for (const key of new Set(signs.flatMap(keysOf))) for (const wake of listeners.get(key) ?? []) wake();
    after = signs.at(-1) ?? after;
    return signs.length === SIGNS_AT_ONCE;
  };
  const loop = runLoop('event feed', look, {
    intervalMs: LOOK_MS,
    logger,
    onHint: (wake) => hints.on('events', wake),
  });

  return {
    stopping: stopping.signal,
    listen(key, caller) {
      const own = callers.get(caller) ?? 0;
      if (stopping.signal.aborted) throw new DomainError('STOPPING');
      if (open >= config.eventStreams || own >= config.eventStreamsPerCaller)
        throw new DomainError('STREAMS_TOO_MANY', {
          details: { limit: own >= config.eventStreamsPerCaller ? config.eventStreamsPerCaller : open },
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      open += 1;
      callers.set(caller, own + 1);
      const { wake, wait } = createBell();
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(wake));
      return {
        wait,
        close: once(() => {
          open -= 1;
          set.delete(wake);
          if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
          const left = (callers.get(caller) ?? 1) - 1;
          if (left === 0) callers.delete(caller);
          else callers.set(caller, left);
        }),
      };
    },
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}

function keysOf({ partner_id, account, payment }: Sign): string[] {
  return [
    ...(partner_id === null ? [] : [`partner:${partner_id}`]),
    ...(account === null ? [] : [`account:${toHex(account)}`]),
    ...(payment === null ? [] : [`payment:${payment}`]),
  ];
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}

/** A bell that remembers one ring. */
function createBell(): { wake: () => void; wait: Listener['wait'] } {
  let rung = false;
  let answer: (() => void) | undefined;
  const wake = () => {
    rung = true;
    answer?.();
  };
  const wait = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        answer = undefined;
        rung = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (rung || signal?.aborted) return done();
      answer = done;
      signal?.addEventListener('abort', done, { once: true });
    });
  return { wake, wait };
}
