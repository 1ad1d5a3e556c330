import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Request, RequestHandler, Response, Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { createAccountFinder } from '../members/find-account.ts';
import { createProgrammeReader } from '../partners/find-programme.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { requestIdOf } from '../shared/http/answers.ts';
import type { PurchaseRecorder } from './purchase-recorder.ts';
import { NDJSON, recordPurchasesContract } from './purchases.contracts.ts';
import { recordLines } from './record-lines.ts';

/** How long the rest of a stream that has ended early is still read and thrown away, so that its sender gets to see the answers. */
const DRAIN_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

/** What the bulk route is given beyond the common deps. */
export interface BulkParts {
  readonly recorder: PurchaseRecorder;
  readonly isStopping: () => boolean;
}

/** POST /purchases/bulk. Its body is read as it arrives. */
export function bulkPurchasesRouter(deps: Deps, { recorder, isStopping }: BulkParts): Router {
  const recording = {
    ...deps,
    recorder,
    programmeOf: createProgrammeReader(deps),
    accountOf: createAccountFinder(deps),
  };
  const record = async (request: Request, response: Response): Promise<void> => {
    const context = { key: keyOf(request), requestId: requestIdOf(request), isStopping };
    response.status(200).type(NDJSON).set('cache-control', 'no-store').flushHeaders();
    // A sender that neither sends nor takes answers for so long is gone. What was taken from it is recorded all the same.
    response.setTimeout(deps.config.bulkIdleMs, () => request.socket.destroy());
    await pipeline(recordLines(recording, piecesOf(request), context), response).catch((error: Error) => {
      deps.logger.debug({ err: error, requestId: context.requestId }, 'a bulk stream was cut off');
      response.destroy();
    });
    discardRest(request);
  };
  const handle = async ({ request, response }: { request: Request; response: Response }) => {
    await record(request, response);
    return undefined;
  };
  return serve(deps, [
    on(recordPurchasesContract, handle, requireNdjson, limitStreams(deps.config.bulkStreams)),
  ]);
}

const requireNdjson: RequestHandler = (request, _response, next) => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (request.is(NDJSON) && ['identity', 'gzip'].includes(encoding)) return next();
  throw new DomainError('BODY_TYPE_UNSUPPORTED', {
    message: `The body has the type ${JSON.stringify(request.headers['content-type'] ?? 'none')} and the encoding ${JSON.stringify(encoding)}.`,
    fields: [{ field: '(header) content-type', message: `Send ${NDJSON}, as it is or as gzip.` }],
  });
};

/** Lets so many streams through at once: each keeps a part of the recorder's queue, which single purchases share. */
function limitStreams(limit: number): RequestHandler {
  let open = 0;
  return (_request, response: Response, next) => {
    if (open >= limit)
      throw new DomainError('OVERLOADED', {
        message: `${open} streams are open.`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    next();
  };
}

/** The unpacked body, without ending the connection when nobody reads on: the answers are still to be sent. */
function piecesOf(request: Request): AsyncIterable<Uint8Array> {
  const source =
    request.headers['content-encoding'] === 'gzip'
      ? request.pipe(createGunzip()).once('close', () => request.unpipe())
      : request;
  request.once('error', (error) => source !== request && source.destroy(error));
  return source.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

function discardRest(request: Request): void {
  if (request.complete || request.destroyed) return;
  // Whoever read it so far is still waiting for more, which would keep it from flowing away.
  request
    .unpipe()
    .removeAllListeners('readable')
    .on('data', () => {});
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS).unref();
  request.once('close', () => clearTimeout(timer));
}
