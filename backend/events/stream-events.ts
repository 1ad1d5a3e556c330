import { once } from 'node:events';
import type { Response } from 'express';
import { toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { formatPlace, type Place, presentEvent } from './event.ts';
import type { EventFeed, FeedKey } from './event-feed.ts';
import { type Audience, knowsPlace, readEvents, readPresent } from './events.repository.ts';

/** How many events are read, and written, at once: what a reader who is slow can make a process hold. */
const PAGE = 100;
/** A reader that takes nothing for so long is cut off; it goes on where it was when it comes back. */
const STALLED_MS = 30_000;
/** A stream ends by itself after this long, so that connections spread over the processes and rights are looked at anew. */
const MAX_AGE_MS = 15 * 60_000;
/** How soon a reader should come back. */
const RETRY_MS = 2_000;

/** What one reader is to be told. */
export interface Reading {
  readonly audience: Audience;
  /** Counts towards this caller's streams. */
  readonly caller: string;
  /** Where the reader was; null begins with what is to come. */
  readonly after: Place | null;
  /** Whether the caller may still read; asked at every heartbeat. */
  readonly mayRead: () => Promise<boolean>;
}

const keyOf = (audience: Audience): FeedKey =>
  'partner' in audience ? `partner:${audience.partner}` : `account:${toHex(audience.account)}`;

/**
 * Serves one stream of server-sent events until the reader leaves, its rights end or the program stops. Every event that is committed is
 * sent, in order; `id` is what `Last-Event-ID` takes. It begins with `ready`, or with `reset` when the reader's place is forgotten: what
 * happened since can't be told, so the reader should look at everything anew.
 * @throws DomainError STREAMS_TOO_MANY, before anything is sent
 */
export async function streamEvents(
  deps: Pick<Deps, 'pool' | 'config' | 'logger'>,
  { feed, response, reading }: { feed: EventFeed; response: Response; reading: Reading },
): Promise<void> {
  const listener = feed.listen(keyOf(reading.audience), reading.caller);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, feed.stopping, AbortSignal.timeout(MAX_AGE_MS)]);
  try {
    const known = reading.after !== null && (await knowsPlace(deps.pool, reading.after));
    const start = known && reading.after ? reading.after : await readPresent(deps.pool);
    openStream(response);
    // Who asks for the head alone gets it, and no stream.
    if (response.req.method === 'HEAD') return;
    const greeting = reading.after === null || known ? 'ready' : 'reset';
    await write(response, `retry: ${RETRY_MS}\nid: ${formatPlace(start)}\nevent: ${greeting}\ndata: {}\n\n`);
    await follow(deps, { response, reading, start, listener, signal });
  } catch (error) {
    if (!response.headersSent) throw error;
    deps.logger.debug({ err: error }, 'a stream of events broke off');
  } finally {
    listener.close();
    if (response.headersSent) response.end();
  }
}

function openStream(response: Response): void {
  response.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A buffering proxy would hold events back.
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
}

interface Following {
  readonly response: Response;
  readonly reading: Reading;
  readonly start: Place;
  readonly listener: { wait(ms: number, signal: AbortSignal): Promise<void> };
  readonly signal: AbortSignal;
}

async function follow(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  { response, reading, start, listener, signal }: Following,
): Promise<void> {
  const audience = 'partner' in reading.audience ? 'partner' : 'member';
  let after = start;
  let beatAt = Date.now() + config.eventHeartbeatMs;
  while (!signal.aborted) {
    const events = await readEvents(pool, { audience: reading.audience, after, limit: PAGE });
    after = events.at(-1) ?? after;
    if (events.length > 0) {
      const text = events.map((row) => {
        const event = presentEvent(row, audience);
        return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      });
      await write(response, text.join(''));
    } else await listener.wait(Math.max(beatAt - Date.now(), 0), signal);
    if (Date.now() < beatAt || signal.aborted) continue;
    if (!(await reading.mayRead())) return;
    await write(response, ': alive\n\n');
    beatAt = Date.now() + config.eventHeartbeatMs;
  }
}

/** Writes, and waits until the reader has taken it: nothing more is read for one who takes nothing. Throws when it takes nothing for long. */
async function write(response: Response, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  const taken = new AbortController();
  const signal = AbortSignal.any([taken.signal, AbortSignal.timeout(STALLED_MS)]);
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    taken.abort();
  }
}
