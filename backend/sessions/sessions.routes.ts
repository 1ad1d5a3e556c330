import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { openSession } from './open-session.ts';
import { openSessionContract } from './sessions.contracts.ts';

/** POST /sessions */
export const sessionsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(openSessionContract, async ({ body, request }) => ({
      status: 201,
      body: await openSession(deps, { request: body, pageOrigin: request.headers.origin }),
    })),
  ]);
