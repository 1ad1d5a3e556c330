import { Router } from 'express';
import { z } from 'zod';
import type { EventFeed } from '../events/event-feed.ts';
import { keyOf, requireKey } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { openPayment } from './open-payment.ts';
import { paymentSchema, presentPayment } from './payment.ts';
import { waitForPayment } from './wait-for-payment.ts';

/** `wait`: seconds to wait, at most, until the status is another one than `known`. */
const query = z.strictObject({
  wait: z.coerce.number('Send whole seconds.').int('Send whole seconds.').min(0).max(30).default(0),
  known: z.enum(['open', 'approved', 'paid', 'expired'], 'Send the status that you know.').default('open'),
});
const params = z.strictObject({ id: z.uuid('Send the id that POST /v1/payments answered.') });

/** POST /payments (till), GET /payments/:id (whoever knows the id) */
export function paymentsRouter(deps: Deps, feed: EventFeed): Router {
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
      const { wait, known } = parseRequest(query, request.query);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const payment = await waitForPayment(deps, {
        feed,
        id,
        known,
        seconds: wait,
        caller: `payment:${id}`,
        signal: gone.signal,
      });
      response.json(presentPayment(payment, origin));
    },
  });
  return router;
}
