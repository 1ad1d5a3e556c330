import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { hashShape, instantShape, microUsdShape, minorUnitsShape, numberShape } from '../api/shapes.ts';
import { wholeField } from '../shared/requests.ts';
import { PAYMENT_STATUSES, paymentSchema } from './payment.ts';

/** The longest that an answer waits for news, in seconds. */
const LONGEST_WAIT = 30;

const paymentShape = z
  .strictObject({
    id: z.uuid(),
    partner: numberShape,
    amount: minorUnitsShape,
    currency: z.string().regex(/^[A-Z]{3}$/),
    value: microUsdShape,
    status: z.enum(PAYMENT_STATUSES),
    expiresAt: instantShape,
    url: z.string().meta({ description: 'Where the member approves; show it as a QR code.' }),
    ref: hashShape,
    act: z.uuid().optional().meta({ description: 'The act that pays it.' }),
  })
  .meta({ id: 'Payment', description: 'A till’s request to pay with points.' });

export const openPaymentContract = defineContract({
  name: 'openPayment',
  method: 'post',
  path: '/v1/payments',
  tag: 'Tills',
  summary: 'Ask for a payment in points',
  description:
    'Open for fifteen minutes. The id is the till’s own: the same request again gets the first payment as it is now.',
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
  answers: { 200: { description: 'The payment as it is now.', schema: paymentShape } },
  refusals: ['PAYMENT_UNKNOWN'],
  polled: true,
});
