import { type Request, Router } from 'express';
import { z } from 'zod';
import { keyOf, requireKey } from '../partners/require-key.ts';
import { findSession, requireSession, sessionOf } from '../sessions/require-session.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { accountField, parseRequest } from '../shared/requests.ts';
import { type Place, parsePlace } from './event.ts';
import type { EventFeed } from './event-feed.ts';
import { streamEvents } from './stream-events.ts';

const accountParams = z.strictObject({ member: accountField });

/** GET /members/:account/events (session), GET /partners/me/events (key with the scope `events`): streams of server-sent events. */
export function eventsRouter(deps: Deps, feed: EventFeed): Router {
  const router = Router();
  const { prisma } = deps;
  defineRoute(router, '/partners/me/events', {
    get: [
      requireKey('events'),
      async (request, response) => {
        const { id, partnerId: partner } = keyOf(request);
        const mayRead = async () =>
          (await prisma.apiKey.findUnique({ where: { id }, select: { revokedAt: true } }))?.revokedAt ===
          null;
        const reading = { audience: { partner }, caller: `key:${id}`, after: placeOf(request), mayRead };
        await streamEvents(deps, { feed, response, reading });
      },
    ],
  });
  defineRoute(router, '/members/:member/events', {
    get: [
      requireSession(deps),
      async (request, response) => {
        const { member } = parseRequest(accountParams, request.params);
        if (member !== sessionOf(request))
          throw new DomainError('SESSION_FOREIGN', {
            details: { session: sessionOf(request), account: member },
          });
        const mayRead = () => isSessionLive(deps, request);
        const account = fromHex(member);
        const reading = {
          audience: { account },
          caller: `account:${member}`,
          after: placeOf(request),
          mayRead,
        };
        await streamEvents(deps, { feed, response, reading });
      },
    ],
  });
  return router;
}

/** @throws DomainError REQUEST_INVALID */
function placeOf(request: Request): Place | null {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return null;
  const place = typeof given === 'string' ? parsePlace(given) : null;
  if (place) return place;
  const fields = [
    { field: '(header) last-event-id', message: 'Send the id of the last event, or leave it out.' },
  ];
  throw new DomainError('REQUEST_INVALID', { message: 'The place is not one of ours.', fields });
}

/** Asks the session anew, as a request would. */
async function isSessionLive(deps: Deps, request: Request): Promise<boolean> {
  try {
    await findSession(deps, request);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
