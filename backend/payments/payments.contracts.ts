import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  hashShape,
  instantShape,
  microUsdShape,
  minorUnitsShape,
  numberShape,
  pointsShape,
} from '../api/shapes.ts';
import { refundShape } from '../refunds/refunds.contracts.ts';
import { wholeField } from '../shared/requests.ts';
import { CAPTURES, PAYMENT_STATUSES, paymentSchema } from './payment.ts';

/** The longest that an answer waits for news, in seconds. */
const LONGEST_WAIT = 30;

/** Why the chain may refuse to do now what the member signed then. */
const CHAIN_REFUSALS = [
  'POINTS_INSUFFICIENT',
  'ACT_EXPIRED',
  'ACT_NONCE_USED',
  'ACT_NONCE_TOO_FAR',
  'ACT_MINIMUM_NOT_MET',
  'ACT_SIGNATURE_INVALID',
  'ACT_WORTHLESS',
  'ACT_COUNTERPARTY_INVALID',
  'ACT_REFUSED',
  'RESERVE_INSUFFICIENT',
  'COVERAGE_INSUFFICIENT',
  'PARTNER_UNKNOWN',
  'PARTNER_HALTED',
  'PARTNER_LEAVING',
  'COALITION_HALTED',
  'KEY_LIMIT_EXCEEDED',
  'ACCOUNT_INVALID',
] as const;

const paymentShape = z
  .strictObject({
    id: z.uuid(),
    partner: numberShape,
    amount: minorUnitsShape.optional().describe('Missing where points are asked for.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    value: microUsdShape.optional(),
    points: pointsShape.optional().describe('Points of the brand itself, where they are asked for.'),
    minAmount: minorUnitsShape.optional().describe('The least that the member may approve, if it is less.'),
    minPoints: pointsShape.optional().describe('The least that the member may approve, if it is less.'),
    capture: z.enum(CAPTURES),
    status: z.enum(PAYMENT_STATUSES).meta({
      description:
        '`held`: signed, and waiting for the till to capture or release it. `approved`: on its way to the chain. `cancelled`, `released`: by the till, before and after the member has signed.',
    }),
    expiresAt: instantShape.describe('Until when it can be approved; while it is held, captured.'),
    url: z.string().meta({ description: 'Where the member approves; show it as a QR code.' }),
    ref: hashShape,
    act: z.uuid().optional().meta({ description: 'The act that pays it.' }),
    signed: z
      .strictObject({ issuer: numberShape, points: pointsShape, value: microUsdShape })
      .optional()
      .meta({
        description: 'What the member has signed for: whose points, and the least that they are worth.',
      }),
    paid: microUsdShape.optional().describe('What they were worth, once they are spent.'),
  })
  .meta({ id: 'Payment', description: 'A till’s request to pay with points.' });

const paymentStateShape = paymentShape
  .extend({
    refunds: z.array(refundShape).meta({ description: 'What was given back of it, the oldest first.' }),
  })
  .meta({ id: 'PaymentState', description: 'A payment as it is now, with what was given back of it.' });

export const openPaymentContract = defineContract({
  name: 'openPayment',
  method: 'post',
  path: '/v1/payments',
  tag: 'Tills',
  summary: 'Ask for a payment in points',
  description:
    'A sum that points of any brand may pay, or points of the brand itself; in part if the till names a minimum. Open for fifteen minutes unless `expiresIn` says otherwise. With `capture: manual` nothing is spent when the member approves: what they signed is held, for up to an hour, until the till captures or releases it. The id is the till’s own: the same request again gets the first payment as it is now.',
  caller: { key: 'till' },
  body: paymentSchema,
  answers: {
    201: { description: 'Opened.', schema: paymentShape },
    200: { description: 'Opened before; as it is now.', schema: paymentShape },
  },
  refusals: ['PAYMENT_ID_REUSED'],
});

export const readPaymentContract = defineContract({
  name: 'readPayment',
  method: 'get',
  path: '/v1/payments/:id',
  tag: 'Tills',
  summary: 'Read a payment',
  description:
    'Open to whoever knows the id, which is random: the till and the member. With `wait` the answer comes as soon as there is news, or after so many seconds.',
  caller: 'anyone',
  params: z.strictObject({ id: z.uuid('Send the id that POST /v1/payments answered.') }),
  query: z.strictObject({
    wait: wholeField({ min: 0, max: LONGEST_WAIT })
      .optional()
      .describe('Seconds to wait, at most, until the status is another one than `known`.'),
    known: z
      .enum(PAYMENT_STATUSES, 'Send the status that you know.')
      .optional()
      .describe('The status that you know; `open` unless given.'),
  }),
  answers: { 200: { description: 'The payment as it is now.', schema: paymentStateShape } },
  refusals: ['PAYMENT_UNKNOWN'],
  polled: true,
});

const idParams = z.strictObject({ id: z.uuid('Send the id that POST /v1/payments answered.') });
const NO_BODY = z.strictObject({});

export const capturePaymentContract = defineContract({
  name: 'capturePayment',
  method: 'post',
  path: '/v1/payments/:id/capture',
  tag: 'Tills',
  summary: 'Capture a held payment',
  description:
    'What the member has signed goes to the chain: all of it, because the signature is for one sum. For less, release it and open a new payment. When the points are gone meanwhile, the refusal says so, and the payment stays held.',
  caller: { key: 'till' },
  params: idParams,
  body: NO_BODY,
  answers: {
    202: { description: 'Captured; it is `paid` in a few seconds.', schema: paymentShape },
    200: { description: 'Captured before; as it is now.', schema: paymentShape },
  },
  refusals: ['PAYMENT_UNKNOWN', 'PAYMENT_NOT_HELD', 'CHAIN_UNAVAILABLE', ...CHAIN_REFUSALS],
});

export const releasePaymentContract = defineContract({
  name: 'releasePayment',
  method: 'post',
  path: '/v1/payments/:id/release',
  tag: 'Tills',
  summary: 'Release a held payment',
  description: 'Nothing is spent, and the member’s points are free again.',
  caller: { key: 'till' },
  params: idParams,
  body: NO_BODY,
  answers: { 200: { description: 'Released.', schema: paymentShape } },
  refusals: ['PAYMENT_UNKNOWN', 'PAYMENT_NOT_HELD'],
});

export const cancelPaymentContract = defineContract({
  name: 'cancelPayment',
  method: 'post',
  path: '/v1/payments/:id/cancel',
  tag: 'Tills',
  summary: 'Cancel a payment',
  description: 'Before the member has approved it.',
  caller: { key: 'till' },
  params: idParams,
  body: NO_BODY,
  answers: { 200: { description: 'Cancelled.', schema: paymentShape } },
  refusals: ['PAYMENT_UNKNOWN', 'PAYMENT_NOT_OPEN'],
});
