import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { endOtherSessions, endSession, listSessions } from './end-sessions.ts';
import { openSession } from './open-session.ts';
import { presentSession } from './require-session.ts';
import {
  endOtherSessionsContract,
  endSessionContract,
  listSessionsContract,
  openSessionContract,
} from './sessions.contracts.ts';

/** POST /sessions; GET, DELETE /members/me/sessions; DELETE /members/me/sessions/:id */
export const sessionsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(openSessionContract, async ({ body, request: { headers } }) => {
      const page = { pageOrigin: headers.origin, userAgent: headers['user-agent'] };
      return { status: 201, body: await openSession(deps, { request: body, ...page }) };
    }),
    on(listSessionsContract, async ({ request }) => ({
      body: { sessions: await listSessions(deps, presentSession(request)) },
    })),
    on(endSessionContract, async ({ params, request }) => {
      await endSession(deps, presentSession(request), params.id);
      return { status: 204 };
    }),
    on(endOtherSessionsContract, async ({ request }) => ({
      body: { ended: String(await endOtherSessions(deps, presentSession(request))) },
    })),
  ]);
