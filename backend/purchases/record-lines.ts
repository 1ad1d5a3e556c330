import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiKey } from '../partners/api-key.ts';
import { DomainError } from '../shared/errors.ts';
import { bigintsAsStrings, toJson } from '../shared/http/answers.ts';
import { BODY_LIMIT } from '../shared/http/body.ts';
import { mapInOrder } from '../shared/map-in-order.ts';
import { toDomainError, toProblem } from '../shared/problem.ts';
import { parseRequest } from '../shared/requests.ts';
import { type Line, splitLines } from '../shared/split-lines.ts';
import { purchaseSchema } from './purchase.ts';
import { GROUP_SIZE } from './purchase-recorder.ts';
import { type ReportPurchaseDeps, reportPurchase } from './report-purchase.ts';

/** Lines of one stream that are under way at once: a group for each of the recorder's flushers. */
const LINES_UNDER_WAY = 2 * GROUP_SIZE;
/** How long a line waits for room in the recorder, which single purchases fill too, before its stream ends. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;
/** Refusals that the next line would meet too: the stream ends, and goes on another time. */
const ENDS_STREAM = new Set(['OVERLOADED', 'STOPPING', 'DATABASE_UNAVAILABLE']);

/** What the lines of one request have in common. */
export interface LinesContext {
  readonly key: ApiKey;
  readonly requestId: string | undefined;
  /** Whether the program is on its way down: nothing more is read then. */
  readonly isStopping: () => boolean;
}

/**
 * Records purchases from NDJSON, a purchase a line, and yields an answer for each line in their order: what a single request would be answered,
 * or its problem with the `line`'s number. A bad line stops no other. When the network can't take more (it is stopping, flooded, or its
 * database is away), the lines under way are answered and nothing more is read; so the answers may be fewer than the lines, and whoever sends
 * what is left again, or everything, doubles nothing: the till's ids see to that.
 */
export async function* recordLines(
  deps: ReportPurchaseDeps,
  pieces: AsyncIterable<Uint8Array>,
  context: LinesContext,
): AsyncGenerator<string, void, undefined> {
  const ending = new AbortController();
  let read = 0;
  const refuse = (error: DomainError, line: number): string => {
    if (ENDS_STREAM.has(error.code)) ending.abort();
    return `${JSON.stringify({ ...toProblem(error, context.requestId), line }, bigintsAsStrings)}\n`;
  };
  const answer = async (line: Line): Promise<string> => {
    read = line.number;
    try {
      if (context.isStopping()) throw new DomainError('STOPPING');
      const sale = parseRequest(purchaseSchema, parseLine(line));
      const reported = await reportPatiently(deps, { key: context.key, sale });
      return `${toJson(reported.answer)}\n`;
    } catch (thrown) {
      return refuse(toDomainError(thrown), line.number);
    }
  };
  const lines = splitLines(pieces, { limit: BODY_LIMIT });
  const { signal } = ending;
  try {
    for await (const answers of mapInOrder(lines, answer, { limit: LINES_UNDER_WAY, signal }))
      yield answers.join('');
  } catch (cause) {
    // The sender is gone, or what it packed can't be unpacked.
    const message = 'The rest of the stream can’t be read.';
    yield refuse(new DomainError('BODY_MALFORMED', { message, cause }), read + 1);
  }
}

function parseLine({ text }: Line): unknown {
  if (text === null) throw new DomainError('BODY_TOO_LARGE');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fields = [{ field: '(line)', message: 'This is not valid JSON.' }];
    throw new DomainError('BODY_MALFORMED', { cause, fields });
  }
}

/** `reportPurchase`, which waits for room where a single request is told to come back. */
async function reportPatiently(
  deps: ReportPurchaseDeps,
  about: Parameters<typeof reportPurchase>[1],
): ReturnType<typeof reportPurchase> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await reportPurchase(deps, about);
    } catch (error) {
      const full = error instanceof DomainError && error.code === 'OVERLOADED';
      if (!full || performance.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
