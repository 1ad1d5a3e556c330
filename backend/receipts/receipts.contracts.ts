import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { countShape, hashShape, numberShape } from '../api/shapes.ts';
import { receiptShape } from '../purchases/purchases.contracts.ts';
import { hexField } from '../shared/requests.ts';

export const readReceiptContract = defineContract({
  name: 'readReceipt',
  method: 'get',
  path: '/v1/receipts/:receiptId',
  tag: 'Members',
  summary: 'Read a receipt',
  description: 'Open to whoever has the id: it is made of 128 random bits.',
  caller: 'anyone',
  params: z.strictObject({ receiptId: hexField(32) }),
  answers: {
    200: {
      description: 'The receipt, and the proof that its points are on the chain once they are.',
      schema: z.strictObject({
        receipt: receiptShape,
        inclusion: z
          .strictObject({
            partner: numberShape,
            batch: countShape,
            root: hashShape,
            proof: z.array(hashShape),
            transaction: hashShape.nullable(),
            block: countShape.nullable(),
          })
          .nullable()
          .meta({
            description:
              '`proof` leads from the receipt’s leaf to `root`, which is in the batch’s BatchIssued event.',
          }),
      }),
    },
  },
  refusals: ['RECEIPT_UNKNOWN'],
  polled: true,
});
