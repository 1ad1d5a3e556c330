import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, type RateLimitRequestHandler, rateLimit } from 'express-rate-limit';
import { DomainError } from '../errors.ts';

const WINDOW_MS = 60_000;

/** How many failed authentications one address has a minute, so that keys can't be guessed at the generous limit of keys. */
const FAILURES_PER_MINUTE = 60;

const byAddress = (request: Request) => ipKeyGenerator(request.ip ?? 'unknown');

function limiter(options: {
  limit: number;
  identifier: string;
  keyOf: (request: Request) => string;
  skip?: (request: Request) => boolean;
}): RateLimitRequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: options.limit,
    identifier: options.identifier,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: options.keyOf,
    ...(options.skip && { skip: options.skip }),
    handler: (_request, response, next) => {
      const retryAfterSeconds = Number(response.getHeader('retry-after') ?? WINDOW_MS / 1000);
      next(
        new DomainError('RATE_LIMITED', {
          message: `More than ${options.limit} requests in a minute.`,
          details: { limit: options.limit, windowSeconds: WINDOW_MS / 1000 },
          retryAfterSeconds,
        }),
      );
    },
  });
}

/** Limits requests: those for which `keyOf` knows a checked API key by that key, all others by address. */
export function limitRequests(options: {
  publicPerMinute: number;
  keyPerMinute: number;
  keyOf: (request: Request) => string | undefined;
}): RequestHandler[] {
  const { publicPerMinute, keyPerMinute, keyOf } = options;
  const hasKey = (request: Request) => keyOf(request) !== undefined;
  return [
    limiter({ limit: publicPerMinute, identifier: 'public', keyOf: byAddress, skip: hasKey }),
    limiter({
      limit: keyPerMinute,
      identifier: 'key',
      keyOf: (request) => keyOf(request) ?? '',
      skip: (request) => !hasKey(request),
    }),
  ];
}

/** Limits requests by address alone, for routes that know no keys. */
export const limitAddresses = (perMinute: number): RequestHandler =>
  limiter({ limit: perMinute, identifier: 'public', keyOf: byAddress });

/** A tighter limit for a route that must not be used to try many values through; `keyOf` says whose requests are counted together, the address unless given. */
export const limitTries = (options: {
  perMinute: number;
  keyOf?: (request: Request) => string | undefined;
}): RequestHandler =>
  limiter({
    limit: options.perMinute,
    identifier: 'tries',
    keyOf: (request) => options.keyOf?.(request) ?? byAddress(request),
  });

/** Failed authentications by address: `count` answers in place of `next` when there were too many, `isOver` tells without counting. */
export interface FailureLimit {
  readonly count: RequestHandler;
  isOver(request: Request): Promise<boolean>;
}

/** A limit of failed authentications; whoever checks keys asks it first, so that guessing soon stops to reach the database. */
export function limitFailures(): FailureLimit {
  const count = limiter({ limit: FAILURES_PER_MINUTE, identifier: 'failures', keyOf: byAddress });
  return {
    count,
    isOver: async (request) =>
      ((await count.getKey(byAddress(request)))?.totalHits ?? 0) >= FAILURES_PER_MINUTE,
  };
}
