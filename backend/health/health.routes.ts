import { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { checkReadiness } from './check-readiness.ts';

/** GET /healthz (the process lives), /readyz (it can do its work; 503 with the reasons when not) and /metrics (Prometheus). */
export function healthRouter(deps: Deps, isStopping: () => boolean): Router {
  const router = Router();
  defineRoute(router, '/healthz', {
    get: (_request, response) => {
      response.json({ status: 'alive' });
    },
  });
  defineRoute(router, '/readyz', {
    get: async (_request, response) => {
      const readiness = await checkReadiness(deps);
      const ready = readiness.ready && !isStopping();
      response.status(ready ? 200 : 503).json({ ...readiness, ready });
    },
  });
  defineRoute(router, '/metrics', {
    get: async (_request, response) => {
      response.type(deps.metrics.contentType).send(await deps.metrics.metrics());
    },
  });
  return router;
}
