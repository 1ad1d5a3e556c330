import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { checkReadiness } from './check-readiness.ts';
import { readHealthContract, readMetricsContract, readReadinessContract } from './health.contracts.ts';

/** GET /healthz (the process lives), /readyz (it can do its work; 503 with the reasons when not) and /metrics (Prometheus). */
export const healthRouter = (deps: Deps, isStopping: () => boolean): Router =>
  serve(deps, [
    on(readHealthContract, () => ({ body: { status: 'alive' } })),
    on(readReadinessContract, async () => {
      const readiness = await checkReadiness(deps);
      const ready = readiness.ready && !isStopping();
      return { status: ready ? 200 : 503, body: { ...readiness, ready } };
    }),
    on(readMetricsContract, async () => ({ body: await deps.metrics.metrics() })),
  ]);
