import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { findReceipt } from './find-receipt.ts';
import { readReceiptContract } from './receipts.contracts.ts';

/** GET /receipts/:receiptId, open to whoever has the id: it is made of 128 random bits. */
export const receiptsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(readReceiptContract, async ({ params }) => ({ body: await findReceipt(deps, params.receiptId) })),
  ]);
