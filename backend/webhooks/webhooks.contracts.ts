import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { instantShape, wholeShape } from '../api/shapes.ts';
import { EVENT_TYPES, eventTypeField } from '../events/event.ts';
import { deliveriesQuery } from './deliveries.ts';
import { MAX_WEBHOOKS, newWebhookSchema, rotationSchema, webhookChangeSchema } from './webhook.ts';

const params = z.strictObject({ id: z.uuid('Send the id that POST /v1/webhooks answered.') });
const deliveryParams = params.extend({ delivery: z.uuid('Send the id of a delivery.') });
const nothing = z.strictObject({});

const TYPES = Object.entries(EVENT_TYPES)
  .map(([type, what]) => `\`${type}\`: ${what}`)
  .join(' ');

const webhookFields = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  description: z.string(),
  types: z.array(eventTypeField).meta({ description: 'What it is told of; nothing in it means everything.' }),
  status: z.enum(['active', 'paused']),
  pausedBecause: z.string().optional(),
  previousSecretUntil: instantShape
    .optional()
    .meta({ description: 'So long the secret before this one signs too.' }),
  failingSince: instantShape
    .optional()
    .meta({ description: 'Nothing has arrived since; after three days it is paused.' }),
  createdAt: instantShape,
});
const webhookShape = webhookFields.meta({
  id: 'Webhook',
  description: 'Where a brand is told of what happens.',
});
const secretWebhookShape = webhookFields
  .extend({ secret: z.string().meta({ description: 'It signs what is sent, and is in this answer alone.' }) })
  .meta({ id: 'WebhookWithSecret', description: 'A webhook with its new secret.' });

const deliveryShape = z
  .strictObject({
    id: z.uuid().meta({ description: 'The same in every attempt, as the header `webhook-id`.' }),
    event: z.string().meta({ description: 'The id of the event.' }),
    type: eventTypeField,
    status: z.enum(['pending', 'delivered', 'dead']),
    createdAt: instantShape,
    nextAttemptAt: instantShape.optional(),
    attempts: z.array(
      z.strictObject({
        attempt: z.int().min(1),
        at: instantShape,
        durationMs: wholeShape,
        status: z.int().nullable().meta({ description: 'What the receiver answered, if it did.' }),
        error: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Delivery', description: 'What came of one event at one webhook.' });

const base = { tag: 'Events', caller: { key: 'webhooks' } } as const;
const one = { ...base, params } as const;

export const listWebhooksContract = defineContract({
  ...base,
  name: 'listWebhooks',
  method: 'get',
  path: '/v1/webhooks',
  summary: 'List webhooks',
  description: `Those of the key’s own brand, at most ${MAX_WEBHOOKS}, so there are no pages.`,
  answers: {
    200: { description: 'All of them.', schema: z.strictObject({ webhooks: z.array(webhookShape) }) },
  },
});

export const createWebhookContract = defineContract({
  ...base,
  name: 'createWebhook',
  method: 'post',
  path: '/v1/webhooks',
  summary: 'Make a webhook',
  description: `Requests are signed by the Standard Webhooks spec, arrive at least once, and go to public hosts by https only. ${TYPES}`,
  body: newWebhookSchema,
  answers: { 201: { description: 'Made; keep the secret.', schema: secretWebhookShape } },
  refusals: ['WEBHOOK_URL_FORBIDDEN', 'WEBHOOKS_TOO_MANY', 'SECRETS_KEY_MISSING'],
});

export const readWebhookContract = defineContract({
  ...one,
  name: 'readWebhook',
  method: 'get',
  path: '/v1/webhooks/:id',
  summary: 'Read a webhook',
  answers: { 200: { description: 'The webhook as it is now.', schema: webhookShape } },
  refusals: ['WEBHOOK_UNKNOWN'],
});

export const changeWebhookContract = defineContract({
  ...one,
  name: 'changeWebhook',
  method: 'patch',
  path: '/v1/webhooks/:id',
  summary: 'Change a webhook',
  description: 'What is left out stays. What a paused webhook missed is sent once it is active again.',
  body: webhookChangeSchema,
  answers: { 200: { description: 'Changed.', schema: webhookShape } },
  refusals: ['WEBHOOK_UNKNOWN', 'WEBHOOK_URL_FORBIDDEN'],
});

export const removeWebhookContract = defineContract({
  ...one,
  name: 'removeWebhook',
  method: 'delete',
  path: '/v1/webhooks/:id',
  summary: 'Delete a webhook',
  description: 'With all that was to be sent to it.',
  answers: { 204: { description: 'Deleted.' } },
  refusals: ['WEBHOOK_UNKNOWN'],
});

export const rotateSecretContract = defineContract({
  ...one,
  name: 'rotateSecret',
  method: 'post',
  path: '/v1/webhooks/:id/rotate',
  summary: 'Change a webhook’s secret',
  description: 'The old one goes on signing beside it for `overlapSeconds`, a day unless given.',
  body: rotationSchema,
  answers: { 200: { description: 'Changed; keep the secret.', schema: secretWebhookShape } },
  refusals: ['WEBHOOK_UNKNOWN', 'SECRETS_KEY_MISSING'],
});

export const testWebhookContract = defineContract({
  ...one,
  name: 'testWebhook',
  method: 'post',
  path: '/v1/webhooks/:id/test',
  summary: 'Test a webhook',
  description: 'Sends an event `webhook.test` to it alone.',
  body: nothing,
  answers: {
    202: {
      description: 'It is on its way; this is its delivery.',
      schema: z.strictObject({ delivery: z.uuid() }),
    },
  },
  refusals: ['WEBHOOK_UNKNOWN', 'WEBHOOK_PAUSED'],
});

export const listDeliveriesContract = defineContract({
  ...one,
  name: 'listDeliveries',
  method: 'get',
  path: '/v1/webhooks/:id/deliveries',
  summary: 'List deliveries',
  description:
    'Newest first, with every attempt; `dead` are those that are given up until they are replayed.',
  query: deliveriesQuery,
  answers: {
    200: {
      description: 'A page of deliveries; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ items: z.array(deliveryShape), next: z.string().nullable() }),
    },
  },
  refusals: ['WEBHOOK_UNKNOWN'],
});

export const readDeliveryContract = defineContract({
  ...base,
  name: 'readDelivery',
  method: 'get',
  path: '/v1/webhooks/:id/deliveries/:delivery',
  summary: 'Read a delivery',
  params: deliveryParams,
  answers: { 200: { description: 'The delivery as it is now.', schema: deliveryShape } },
  refusals: ['WEBHOOK_UNKNOWN', 'DELIVERY_UNKNOWN'],
});

const replayedShape = z.strictObject({ replayed: wholeShape });

export const replayDeliveryContract = defineContract({
  ...base,
  name: 'replayDelivery',
  method: 'post',
  path: '/v1/webhooks/:id/deliveries/:delivery/replay',
  summary: 'Send a delivery again',
  description: 'Under its id, whatever came of it before.',
  params: deliveryParams,
  body: nothing,
  answers: { 202: { description: 'It is on its way again.', schema: replayedShape } },
  refusals: ['WEBHOOK_UNKNOWN', 'DELIVERY_UNKNOWN'],
});

export const replayDeadContract = defineContract({
  ...one,
  name: 'replayDead',
  method: 'post',
  path: '/v1/webhooks/:id/replay',
  summary: 'Send all dead deliveries again',
  body: nothing,
  answers: { 202: { description: 'How many are on their way again.', schema: replayedShape } },
  refusals: ['WEBHOOK_UNKNOWN'],
});
