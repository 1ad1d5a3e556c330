import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { listPartners } from './list-partners.ts';
import { listPartnersContract, readTillContract } from './partners.contracts.ts';
import { keyOf } from './require-key.ts';

/** GET /partners; GET /till, which tells a till whose it is */
export const partnersRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listPartnersContract, async ({ query }) => ({ body: await listPartners(deps, query) })),
    on(readTillContract, ({ request }) => ({ body: { partner: keyOf(request).partnerId } })),
  ]);
