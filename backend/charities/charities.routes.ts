import { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { listCharities } from './list-charities.ts';

/** GET /charities */
export function charitiesRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/charities', {
    get: async (_request, response) => {
      response.json({ charities: await listCharities(deps) });
    },
  });
  return router;
}
