import { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { openSession } from './open-session.ts';
import { signInSchema } from './session.ts';

/** POST /sessions */
export function sessionsRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/sessions', {
    post: async (request, response) => {
      const signIn = parseRequest(signInSchema, request.body);
      const session = await openSession(deps, { request: signIn, pageOrigin: request.headers.origin });
      response.status(201).set('cache-control', 'no-store').json(session);
    },
  });
  return router;
}
