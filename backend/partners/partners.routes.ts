import { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { listPartners } from './list-partners.ts';
import { keyOf, requireKey } from './require-key.ts';

/** GET /partners; GET /till, which tells a till whose it is */
export function partnersRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/partners', {
    get: async (_request, response) => {
      response.json({ partners: await listPartners(deps) });
    },
  });
  defineRoute(router, '/till', {
    get: [
      requireKey('till'),
      async (request, response) => {
        response.json({ partner: keyOf(request).partnerId });
      },
    ],
  });
  return router;
}
