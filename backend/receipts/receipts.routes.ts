import { Router } from 'express';
import { z } from 'zod';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { hexField, parseRequest } from '../shared/requests.ts';
import { findReceipt } from './find-receipt.ts';

const params = z.strictObject({ receiptId: hexField(32) });

/** GET /receipts/:receiptId, open to whoever has the id: it is made of 128 random bits. */
export function receiptsRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/receipts/:receiptId', {
    get: async (request, response) => {
      response.json(await findReceipt(deps, parseRequest(params, request.params).receiptId));
    },
  });
  return router;
}
