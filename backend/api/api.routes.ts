import type { Router } from 'express';
import type { Deps } from '../shared/deps.ts';
import { readApiContract } from './api.contracts.ts';
import { describeApi } from './describe-api.ts';
import { on, serve } from './serve.ts';

/** GET /openapi.json */
export function apiRouter(deps: Deps): Router {
  let body: ReturnType<typeof describeApi> | undefined;
  return serve(deps, [
    on(readApiContract, () => {
      body ??= describeApi();
      return { body };
    }),
  ]);
}
