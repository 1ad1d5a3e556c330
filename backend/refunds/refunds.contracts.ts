import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  hashShape,
  instantShape,
  microUsdShape,
  numberShape,
  pointsShape,
  reasonShape,
} from '../api/shapes.ts';
import { REFUND_STATUSES, refundSchema } from './refund.ts';

/** A refund as answers have it. */
export const refundShape = z
  .strictObject({
    id: z.string().meta({ description: 'The till’s own id.' }),
    payment: z.uuid(),
    issuer: numberShape.describe('Whose points.'),
    points: pointsShape,
    status: z.enum(REFUND_STATUSES).meta({
      description:
        '`waiting`: the chain would refuse it now; `reason` says why, and it goes by itself when that is over. `failed`: the chain always would.',
    }),
    reason: reasonShape.optional(),
    restored: pointsShape
      .optional()
      .describe('How many were still live and are the member’s again, once it is on the chain.'),
    value: microUsdShape.optional().describe('What they are worth: what the acceptor paid back.'),
    transaction: hashShape.optional(),
    at: instantShape,
  })
  .meta({ id: 'Refund', description: 'Points of a payment that are given back.' });

export const openRefundContract = defineContract({
  name: 'openRefund',
  method: 'post',
  path: '/v1/payments/:id/refunds',
  tag: 'Tills',
  summary: 'Give points of a payment back',
  description:
    'All that are left, so many points, or a part of the sum. They go back to the member and to the epochs that they came from, and the brand pays back what they are worth now; where it has no money for that, the refund waits and goes when there is. The id is the till’s own and good for ever: the same body again gets the refund as it is now, another body is refused.',
  caller: { key: 'till' },
  params: z.strictObject({ id: z.uuid('Send the id that POST /v1/payments answered.') }),
  body: refundSchema,
  answers: {
    201: { description: 'Taken; it is on its way to the chain.', schema: refundShape },
    200: { description: 'Taken before; as it is now.', schema: refundShape },
  },
  refusals: [
    'PAYMENT_UNKNOWN',
    'PAYMENT_NOT_PAID',
    'REFUND_ID_REUSED',
    'REFUND_TOO_MUCH',
    'REFUND_WORTHLESS',
  ],
});
