import { Router } from 'express';
import { z } from 'zod';
import { createAccountFinder } from '../members/find-account.ts';
import { createProgrammeReader } from '../partners/find-programme.ts';
import { keyOf, requireKey } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest, tillIdField } from '../shared/requests.ts';
import { findPurchase } from './find-purchase.ts';
import { presentPurchase, purchaseSchema } from './purchase.ts';
import type { PurchaseRecorder } from './purchase-recorder.ts';
import { recordPurchase } from './record-purchase.ts';

const params = z.strictObject({ id: tillIdField });

/** POST /purchases, GET /purchases/:id */
export function purchasesRouter(deps: Deps, recorder: PurchaseRecorder): Router {
  const router = Router();
  const recording = {
    ...deps,
    recorder,
    programmeOf: createProgrammeReader(deps),
    accountOf: createAccountFinder(deps),
  };
  defineRoute(router, '/purchases', {
    post: [
      requireKey('till'),
      async (request, response) => {
        const sale = parseRequest(purchaseSchema, request.body);
        const { recorded, first } = await recordPurchase(recording, { key: keyOf(request), sale });
        response.status(first ? 201 : 200).json(presentPurchase(recorded));
      },
    ],
  });
  defineRoute(router, '/purchases/:id', {
    get: [
      requireKey('till'),
      async (request, response) => {
        const { id: purchaseId } = parseRequest(params, request.params);
        response.json(await findPurchase(deps, { partnerId: keyOf(request).partnerId, purchaseId }));
      },
    ],
  });
  return router;
}
