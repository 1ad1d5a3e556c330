import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import {
  prepareOperatorContract,
  preparePartnerContract,
  readOperatorContract,
  readPartnerContract,
} from './governance.contracts.ts';
import { prepareForOperator, prepareForPartner } from './prepare-transaction.ts';
import { readTransaction } from './read-transaction.ts';

/** /operator/transactions for operators' keys, /partners/me/transactions for whoever keeps a brand's money. */
export const governanceRouter = (deps: Deps): Router =>
  serve(deps, [
    on(prepareOperatorContract, async ({ body, request }) => ({
      status: 201,
      body: await prepareForOperator(deps, keyOf(request), body),
    })),
    on(readOperatorContract, async ({ params: { id } }) => ({
      body: await readTransaction(deps, { id, partner: null }),
    })),
    on(preparePartnerContract, async ({ body, request }) => ({
      status: 201,
      body: await prepareForPartner(deps, keyOf(request), body),
    })),
    on(readPartnerContract, async ({ params: { id }, request }) => ({
      body: await readTransaction(deps, { id, partner: keyOf(request).partnerId }),
    })),
  ]);
