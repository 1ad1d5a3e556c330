import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { createAccountFinder } from '../members/find-account.ts';
import { createProgrammeReader } from '../partners/find-programme.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { findPurchase } from './find-purchase.ts';
import type { PurchaseRecorder } from './purchase-recorder.ts';
import { readPurchaseContract, recordPurchaseContract } from './purchases.contracts.ts';
import { reportPurchase } from './report-purchase.ts';

/** POST /purchases, GET /purchases/:id */
export function purchasesRouter(deps: Deps, recorder: PurchaseRecorder): Router {
  const recording = {
    ...deps,
    recorder,
    programmeOf: createProgrammeReader(deps),
    accountOf: createAccountFinder(deps),
  };
  return serve(deps, [
    on(recordPurchaseContract, async ({ body: sale, request }) => {
      const { answer, first } = await reportPurchase(recording, { key: keyOf(request), sale });
      return { status: first ? 201 : 200, body: answer };
    }),
    on(readPurchaseContract, async ({ params: { id: purchaseId }, request }) => ({
      body: await findPurchase(deps, { partnerId: keyOf(request).partnerId, purchaseId }),
    })),
  ]);
}
