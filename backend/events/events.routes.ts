import type { Request, Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import { findSession, sessionOf } from '../sessions/require-session.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { mayStill } from '../staff/require-partner.ts';
import type { EventFeed } from './event-feed.ts';
import { followMemberContract, followPartnerContract } from './events.contracts.ts';
import { streamEvents } from './stream-events.ts';

/** GET /partners/me/events (key with the scope `events`), GET /members/:account/events (session): streams of server-sent events. */
export function eventsRouter(deps: Deps, feed: EventFeed): Router {
  return serve(deps, [
    on(followPartnerContract, async ({ headers, request, response }) => {
      const { id, partnerId: partner } = keyOf(request);
      const mayRead = () => mayStill(deps, request, 'events');
      const after = headers['last-event-id'] ?? null;
      const reading = { audience: { partner }, caller: `key:${id}`, after, mayRead };
      await streamEvents(deps, { feed, response, reading });
      return undefined;
    }),
    on(followMemberContract, async ({ params: { member }, headers, request, response }) => {
      const session = sessionOf(request);
      if (member !== session)
        throw new DomainError('SESSION_FOREIGN', { details: { session, account: member } });
      const mayRead = () => isSessionLive(deps, request);
      const audience = { account: fromHex(member) };
      const after = headers['last-event-id'] ?? null;
      const reading = { audience, caller: `account:${member}`, after, mayRead };
      await streamEvents(deps, { feed, response, reading });
      return undefined;
    }),
  ]);
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
