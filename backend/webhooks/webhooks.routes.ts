import { type Request, Router } from 'express';
import { z } from 'zod';
import { keyOf, requireKey } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  rotateSecret,
  type WebhookCall,
} from './change-webhooks.ts';
import {
  deliveriesQuery,
  readDeliveries,
  readDelivery,
  replayDead,
  replayDelivery,
  testWebhook,
} from './deliveries.ts';
import { newWebhookSchema, presentWebhook, rotationSchema, webhookChangeSchema } from './webhook.ts';
import { findWebhook, listWebhooks } from './webhooks.repository.ts';

const params = z.strictObject({ id: z.uuid('Send the id that POST /v1/webhooks answered.') });
const deliveryParams = params.extend({ delivery: z.uuid('Send the id of a delivery.') });
const emptyBody = z.strictObject({});

const callOf = (request: Request): WebhookCall => ({
  ...parseRequest(params, request.params),
  key: keyOf(request),
});
const deliveryCallOf = (request: Request) => ({
  ...parseRequest(deliveryParams, request.params),
  key: keyOf(request),
});

/** /webhooks and what is under it, for keys with the scope `webhooks`. */
export function webhooksRouter(deps: Deps): Router {
  const router = Router();
  const mayManage = requireKey('webhooks');
  defineRoute(router, '/webhooks', {
    get: [
      mayManage,
      async (request, response) => {
        const rows = await listWebhooks(deps.pool, keyOf(request).partnerId);
        response.json({ webhooks: rows.map(presentWebhook) });
      },
    ],
    post: [
      mayManage,
      async (request, response) => {
        const body = parseRequest(newWebhookSchema, request.body);
        const webhook = await createWebhook(deps, { key: keyOf(request), request: body });
        response.status(201).set('cache-control', 'no-store').json(webhook);
      },
    ],
  });
  defineRoute(router, '/webhooks/:id', {
    get: [
      mayManage,
      async (request, response) => {
        const { id, key } = callOf(request);
        const row = await findWebhook(deps.pool, { id, partner: key.partnerId });
        if (!row) throw new DomainError('WEBHOOK_UNKNOWN');
        response.json(presentWebhook(row));
      },
    ],
    patch: [
      mayManage,
      async (request, response) => {
        const change = parseRequest(webhookChangeSchema, request.body);
        response.json(await changeWebhook(deps, callOf(request), change));
        // What a paused webhook missed is due at once.
        deps.hints.give('events');
      },
    ],
    delete: [
      mayManage,
      async (request, response) => {
        await removeWebhook(deps, callOf(request));
        response.status(204).end();
      },
    ],
  });
  defineActions(router, deps);
  return router;
}

function defineActions(router: Router, deps: Deps): void {
  const mayManage = requireKey('webhooks');
  defineRoute(router, '/webhooks/:id/rotate', {
    post: [
      mayManage,
      async (request, response) => {
        const rotation = parseRequest(rotationSchema, request.body);
        const webhook = await rotateSecret(deps, callOf(request), rotation);
        response.set('cache-control', 'no-store').json(webhook);
      },
    ],
  });
  for (const [path, act] of [
    ['/webhooks/:id/test', (request: Request) => testWebhook(deps, callOf(request))],
    ['/webhooks/:id/replay', (request: Request) => replayDead(deps, callOf(request))],
    [
      '/webhooks/:id/deliveries/:delivery/replay',
      (request: Request) => replayDelivery(deps, deliveryCallOf(request)),
    ],
  ] as const)
    defineRoute(router, path, {
      post: [
        mayManage,
        async (request, response) => {
          parseRequest(emptyBody, request.body);
          response.status(202).json(await act(request));
          deps.hints.give('events');
        },
      ],
    });
  defineRoute(router, '/webhooks/:id/deliveries', {
    get: [
      mayManage,
      async (request, response) => {
        const query = parseRequest(deliveriesQuery, request.query);
        response.json(await readDeliveries(deps, callOf(request), query));
      },
    ],
  });
  defineRoute(router, '/webhooks/:id/deliveries/:delivery', {
    get: [
      mayManage,
      async (request, response) => {
        response.json(await readDelivery(deps, deliveryCallOf(request)));
      },
    ],
  });
}
