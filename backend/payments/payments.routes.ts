import { Router } from 'express';
import { z } from 'zod';
import { keyOf, requireKey } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { findPayment } from './find-payment.ts';
import { openPayment } from './open-payment.ts';
import { paymentSchema, presentPayment } from './payment.ts';

const params = z.strictObject({ id: z.uuid('Send the id that POST /v1/payments answered.') });

/** POST /payments (till), GET /payments/:id (whoever knows the id) */
export function paymentsRouter(deps: Deps): Router {
  const router = Router();
  const origin = deps.config.origins[0] ?? '';
  defineRoute(router, '/payments', {
    post: [
      requireKey('till'),
      async (request, response) => {
        const body = parseRequest(paymentSchema, request.body);
        const { payment, first } = await openPayment(deps, { key: keyOf(request), request: body });
        response.status(first ? 201 : 200).json(presentPayment(payment, origin));
      },
    ],
  });
  defineRoute(router, '/payments/:id', {
    get: async (request, response) => {
      const { id } = parseRequest(params, request.params);
      response.json(presentPayment(await findPayment(deps, id), origin));
    },
  });
  return router;
}
