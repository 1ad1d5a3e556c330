import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { listPartners } from './list-partners.ts';
import { listPartnersContract, readTillContract } from './partners.contracts.ts';
import { readReserve, setReserveAlert } from './read-reserve.ts';
import { keyOf } from './require-key.ts';
import { readReserveContract, setReserveAlertContract } from './reserve.contracts.ts';

/** GET /partners; GET /till, which tells a till whose it is */
export const partnersRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listPartnersContract, async ({ query }) => ({ body: await listPartners(deps, query) })),
    on(readReserveContract, async ({ request }) => ({
      body: await readReserve(deps, keyOf(request).partnerId),
    })),
    on(setReserveAlertContract, async ({ body, request }) => ({
      body: await setReserveAlert(deps, keyOf(request), body),
    })),
    on(readTillContract, ({ request }) => ({ body: { partner: keyOf(request).partnerId } })),
  ]);
