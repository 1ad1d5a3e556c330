import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { findPayment } from './find-payment.ts';
import { openPayment } from './open-payment.ts';
import { presentPayment } from './payment.ts';
import { openPaymentContract, readPaymentContract } from './payments.contracts.ts';

/** POST /payments (till), GET /payments/:id (whoever knows the id) */
export function paymentsRouter(deps: Deps): Router {
  const origin = deps.config.origins[0] ?? '';
  return serve(deps, [
    on(openPaymentContract, async ({ body, request }) => {
      const { payment, first } = await openPayment(deps, { key: keyOf(request), request: body });
      return { status: first ? 201 : 200, body: presentPayment(payment, origin) };
    }),
    on(readPaymentContract, async ({ params }) => ({
      body: presentPayment(await findPayment(deps, params.id), origin),
    })),
  ]);
}
