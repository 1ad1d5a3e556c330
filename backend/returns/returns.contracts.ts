import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  addressShape,
  bytesShape,
  hashShape,
  instantShape,
  minorUnitsShape,
  numberShape,
  pointsShape,
  secondsShape,
} from '../api/shapes.ts';
import { tillIdField } from '../shared/requests.ts';
import { returnSchema } from './return.ts';

const returnReceiptShape = z
  .strictObject({
    version: z.literal(1),
    receiptId: hashShape.describe('Of the purchase’s receipt.'),
    returnId: z.string(),
    partner: numberShape,
    member: addressShape,
    amount: minorUnitsShape,
    points: pointsShape,
    debt: pointsShape,
    returnedAt: secondsShape,
    chainId: z.int().min(1),
    coalition: addressShape,
    signature: bytesShape,
  })
  .meta({
    id: 'ReturnReceipt',
    description: 'Signed evidence of a return (EIP-712 `PurchaseReturn`), by the key that signs receipts.',
  });

/** A return as answers have it. */
export const returnShape = z
  .strictObject({
    id: z.string().meta({ description: 'The till’s own id.' }),
    purchase: z.string(),
    member: addressShape,
    amount: minorUnitsShape,
    items: z.array(z.strictObject({ line: z.string(), quantity: z.int().min(1) })).optional(),
    points: pointsShape.describe('Taken back for it.'),
    debt: pointsShape.describe(
      'The part of the points that had been issued: the member’s next points at the brand pay it.',
    ),
    at: instantShape,
    receipt: returnReceiptShape,
  })
  .meta({
    id: 'Return',
    description: 'What was brought back of a purchase, and the points that went with it.',
  });

export const recordReturnContract = defineContract({
  name: 'recordReturn',
  method: 'post',
  path: '/v1/purchases/:id/returns',
  tag: 'Tills',
  summary: 'Take a purchase back',
  description:
    'All that is left of it, an amount, or lines of it, in as many returns as you like, never more than was bought. The member keeps what the rest would have earned at the rate of the day it was bought. The id is the till’s own and good for ever: the same body again gets the first answer, another body is refused.',
  caller: { key: 'till' },
  params: z.strictObject({ id: tillIdField }),
  body: returnSchema,
  answers: {
    201: { description: 'Taken back.', schema: returnShape },
    200: { description: 'Taken back before; the first answer again.', schema: returnShape },
  },
  refusals: ['PURCHASE_UNKNOWN', 'RETURN_ID_REUSED', 'RETURN_TOO_MUCH', 'RETURN_LINE_UNKNOWN'],
});
