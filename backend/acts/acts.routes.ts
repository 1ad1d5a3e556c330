import { Router } from 'express';
import { z } from 'zod';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { quoteSchema, submissionSchema } from './act.ts';
import { quoteAct } from './quote-act.ts';
import { readAct } from './read-act.ts';
import { submitAct } from './submit-act.ts';

const params = z.strictObject({ id: z.uuid('Send the id that POST /v1/acts answered.') });

/** POST /quotes, POST /acts, GET /acts/:id. Open to anyone: what counts is the member's signature. */
export function actsRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/quotes', {
    post: async (request, response) => {
      response.json(await quoteAct(deps, parseRequest(quoteSchema, request.body)));
    },
  });
  defineRoute(router, '/acts', {
    post: async (request, response) => {
      const { first, id, status } = await submitAct(deps, parseRequest(submissionSchema, request.body));
      if (first) deps.hints.give('acts');
      if (first) deps.hints.give('events');
      response.status(first ? 202 : 200).json({ id, status });
    },
  });
  defineRoute(router, '/acts/:id', {
    get: async (request, response) => {
      response.json(await readAct(deps, parseRequest(params, request.params).id));
    },
  });
  return router;
}
