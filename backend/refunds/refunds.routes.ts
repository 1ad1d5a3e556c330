import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { openRefund } from './open-refund.ts';
import { presentRefund } from './refund.ts';
import { openRefundContract } from './refunds.contracts.ts';

/** POST /payments/:id/refunds (till of the acceptor) */
export const refundsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(openRefundContract, async ({ params: { id: paymentId }, body, request }) => {
      const { refund, first } = await openRefund(deps, { key: keyOf(request), paymentId, request: body });
      if (first) deps.hints.give('events');
      return { status: first ? 201 : 200, body: presentRefund(refund) };
    }),
  ]);
