import type { RequestHandler } from 'express';

/** How long a client may take to send the body of one request. */
const BODY_TIMEOUT_MS = 30_000;
/** Streams have no end by the clock; their route looks after clients that stand still. */
const STREAMS = new Set(['/v1/purchases/bulk']);
const ANSWER = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n';

/** Cuts off clients that send a body slower than anyone honest does. (A server's own `requestTimeout` would end streams as well.) */
export function limitReceiving(timeoutMs = BODY_TIMEOUT_MS): RequestHandler {
  return (request, _response, next) => {
    const { headers, path, socket } = request;
    const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
    if (hasBody && !STREAMS.has(path)) {
      const cut = () => socket.end(ANSWER, () => socket.destroy());
      const timer = setTimeout(cut, timeoutMs);
      const clear = () => clearTimeout(timer);
      request.once('end', clear).once('close', clear);
    }
    next();
  };
}
