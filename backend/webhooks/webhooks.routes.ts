import type { Router } from 'express';
import { type Bound, on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { changeWebhook, createWebhook, removeWebhook, rotateSecret } from './change-webhooks.ts';
import { readDeliveries, readDelivery, replayDead, replayDelivery, testWebhook } from './deliveries.ts';
import { presentWebhook } from './webhook.ts';
import {
  changeWebhookContract,
  createWebhookContract,
  listDeliveriesContract,
  listWebhooksContract,
  readDeliveryContract,
  readWebhookContract,
  removeWebhookContract,
  replayDeadContract,
  replayDeliveryContract,
  rotateSecretContract,
  testWebhookContract,
} from './webhooks.contracts.ts';
import { findWebhook, listWebhooks } from './webhooks.repository.ts';

/** /webhooks and what is under it, for keys with the scope `webhooks`. */
export const webhooksRouter = (deps: Deps): Router =>
  serve(deps, [...settings(deps), ...actions(deps), ...deliveries(deps)]);

function settings(deps: Deps): Bound[] {
  return [
    on(listWebhooksContract, async ({ request }) => {
      const rows = await listWebhooks(deps.pool, keyOf(request).partnerId);
      return { body: { webhooks: rows.map(presentWebhook) } };
    }),
    on(createWebhookContract, async ({ body, request }) => ({
      status: 201,
      body: await createWebhook(deps, { key: keyOf(request), request: body }),
    })),
    on(readWebhookContract, async ({ params: { id }, request }) => {
      const row = await findWebhook(deps.pool, { id, partner: keyOf(request).partnerId });
      if (!row) throw new DomainError('WEBHOOK_UNKNOWN');
      return { body: presentWebhook(row) };
    }),
    on(changeWebhookContract, async ({ params, body, request }) => {
      const changed = await changeWebhook(deps, { ...params, key: keyOf(request) }, body);
      // What a paused webhook missed is due at once.
      deps.hints.give('events');
      return { body: changed };
    }),
    on(removeWebhookContract, async ({ params, request }) => {
      await removeWebhook(deps, { ...params, key: keyOf(request) });
      return { status: 204 };
    }),
    on(rotateSecretContract, async ({ params, body, request }) => ({
      body: await rotateSecret(deps, { ...params, key: keyOf(request) }, body),
    })),
  ];
}

/** What is sent because somebody asks for it: at once. */
function actions(deps: Deps): Bound[] {
  const begin = async (work: Promise<unknown>) => {
    const body = await work;
    deps.hints.give('events');
    return { status: 202, body };
  };
  return [
    on(testWebhookContract, ({ params, request }) =>
      begin(testWebhook(deps, { ...params, key: keyOf(request) })),
    ),
    on(replayDeadContract, ({ params, request }) =>
      begin(replayDead(deps, { ...params, key: keyOf(request) })),
    ),
    on(replayDeliveryContract, ({ params, request }) =>
      begin(replayDelivery(deps, { ...params, key: keyOf(request) })),
    ),
  ];
}

function deliveries(deps: Deps): Bound[] {
  return [
    on(listDeliveriesContract, async ({ params, query, request }) => ({
      body: await readDeliveries(deps, { ...params, key: keyOf(request) }, query),
    })),
    on(readDeliveryContract, async ({ params, request }) => ({
      body: await readDelivery(deps, { ...params, key: keyOf(request) }),
    })),
  ];
}
