import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { EventFeed } from '../events/event-feed.ts';
import { keyOf } from '../partners/require-key.ts';
import { listRefunds } from '../refunds/list-refunds.ts';
import type { Deps } from '../shared/deps.ts';
import { cancelPayment } from './cancel-payment.ts';
import { capturePayment } from './capture-payment.ts';
import { openPayment } from './open-payment.ts';
import { presentPayment } from './payment.ts';
import {
  cancelPaymentContract,
  capturePaymentContract,
  openPaymentContract,
  readPaymentContract,
  releasePaymentContract,
} from './payments.contracts.ts';
import { releasePayment } from './release-payment.ts';
import { waitForPayment } from './wait-for-payment.ts';

/** POST /payments and what a till does with one, GET /payments/:id (whoever knows the id) */
export function paymentsRouter(deps: Deps, feed: EventFeed): Router {
  const origin = deps.config.origins[0] ?? '';
  return serve(deps, [
    on(openPaymentContract, async ({ body, request }) => {
      const { payment, first } = await openPayment(deps, { key: keyOf(request), request: body });
      return { status: first ? 201 : 200, body: presentPayment(payment, origin) };
    }),
    on(readPaymentContract, async ({ params: { id }, query: { wait, known }, response }) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const payment = await waitForPayment(deps, {
        feed,
        id,
        known: known ?? 'open',
        seconds: wait ?? 0,
        caller: `payment:${id}`,
        signal: gone.signal,
      });
      return { body: { ...presentPayment(payment, origin), refunds: await listRefunds(deps, id) } };
    }),
    on(capturePaymentContract, async ({ params: { id }, request }) => {
      const { payment, first } = await capturePayment(deps, { id, key: keyOf(request) });
      if (first) deps.hints.give('acts');
      if (first) deps.hints.give('events');
      return { status: first ? 202 : 200, body: presentPayment(payment, origin) };
    }),
    on(releasePaymentContract, async ({ params: { id }, request }) => {
      const { payment, first } = await releasePayment(deps, { id, key: keyOf(request) });
      if (first) deps.hints.give('events');
      return { body: presentPayment(payment, origin) };
    }),
    on(cancelPaymentContract, async ({ params: { id }, request }) => {
      const { payment, first } = await cancelPayment(deps, { id, key: keyOf(request) });
      if (first) deps.hints.give('events');
      return { body: presentPayment(payment, origin) };
    }),
  ]);
}
