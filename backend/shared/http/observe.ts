import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../logger.ts';
import { requestIdOf } from './answers.ts';

const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 1, 3, 10];

/** Measures every request by route and writes it to the log at level debug (a busy till makes thousands a second). */
export function observeRequests({ metrics, logger }: { metrics: Registry; logger: Logger }): RequestHandler {
  const durations = new Histogram({
    name: 'tessera_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [metrics],
  });
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      // Unmatched paths share one label: what strangers type must not become time series.
      const route = request.route ? `${request.baseUrl}${request.route.path}` : 'other';
      durations.observe({ method: request.method, route, status: response.statusCode }, seconds);
      logger.debug(
        {
          requestId: requestIdOf(request),
          method: request.method,
          route,
          status: response.statusCode,
          seconds,
        },
        'request answered',
      );
    });
    next();
  };
}
