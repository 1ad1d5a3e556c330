import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { listCharitiesContract } from './charities.contracts.ts';
import { listCharities } from './list-charities.ts';

/** GET /charities */
export const charitiesRouter = (deps: Deps): Router =>
  serve(deps, [on(listCharitiesContract, async ({ query }) => ({ body: await listCharities(deps, query) }))]);
