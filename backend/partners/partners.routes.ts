import { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { listPartners } from './list-partners.ts';

/** GET /partners */
export function partnersRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/partners', {
    get: async (_request, response) => {
      response.json({ partners: await listPartners(deps) });
    },
  });
  return router;
}
