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
  reasonShape,
  secondsShape,
} from '../api/shapes.ts';
import { returnShape } from '../returns/returns.contracts.ts';
import { tillIdField } from '../shared/requests.ts';
import { PURCHASE_STATUSES, purchaseSchema } from './purchase.ts';

/** The media type of newline-delimited JSON. */
export const NDJSON = 'application/x-ndjson';

/** A signed receipt (see backend/protocol/receipt.ts for what is signed). */
export const receiptShape = z
  .strictObject({
    version: z.literal(1),
    receiptId: hashShape,
    partner: numberShape,
    member: addressShape,
    points: pointsShape,
    occurredAt: secondsShape,
    purchase: z.string(),
    salt: bytesShape,
    chainId: z.int().min(1),
    coalition: addressShape,
    group: z
      .strictObject({
        root: hashShape,
        signedAt: secondsShape,
        proof: z.array(hashShape),
        signature: bytesShape,
      })
      .meta({
        description: 'The receipts that were signed together: one signature over the root of their tree.',
      }),
  })
  .meta({
    id: 'Receipt',
    description: 'Signed evidence of one purchase’s points; anybody can check it without us.',
  });

const purchaseShape = z
  .strictObject({
    id: z.string().meta({ description: 'The till’s own id.' }),
    member: addressShape.optional().meta({ description: 'Missing while nobody has claimed the points.' }),
    points: pointsShape,
    status: z.enum(PURCHASE_STATUSES).meta({
      description:
        '`waiting`: the chain would refuse the points now; `reason` says why, and they go by themselves when that is over. `unclaimed`: they wait for a customer with the claim link. `lapsed`: nobody came in time.',
    }),
    reason: reasonShape.optional(),
    receipt: receiptShape.optional().meta({ description: 'Missing while nobody has claimed the points.' }),
    claim: z
      .strictObject({
        url: z.string().meta({
          description:
            'The claim link: show or print it as a QR code. Whoever opens it first gets the points.',
        }),
        expiresAt: instantShape,
      })
      .optional()
      .meta({ description: 'Only of a purchase that was reported for a customer who is no member.' }),
  })
  .meta({ id: 'Purchase', description: 'A recorded purchase with its receipt.' });

/** A line of a purchase as answers have it. */
const itemShape = z.strictObject({
  line: z.string(),
  sku: z.string().optional(),
  quantity: z.int().min(1),
  amount: minorUnitsShape,
});

const purchaseStateShape = purchaseShape
  .extend({
    amount: minorUnitsShape,
    currency: z.string().regex(/^[A-Z]{3}$/),
    items: z.array(itemShape).optional(),
    returns: z.array(returnShape).meta({ description: 'What was taken back of it, the oldest first.' }),
  })
  .meta({ id: 'PurchaseState', description: 'A purchase as it is now, with what was returned of it.' });

export const recordPurchaseContract = defineContract({
  name: 'recordPurchase',
  method: 'post',
  path: '/v1/purchases',
  tag: 'Tills',
  summary: 'Record a purchase',
  description:
    'Gives the member the points that the brand’s rule makes of the amount. The id is the till’s own and good for ever: the same body again gets the first answer, another body is refused. So a till stores the id first, and sends again until it has an answer. For a customer who is no member, send `{"claim": true}` as the member: the points wait, and the answer has a claim link.',
  caller: { key: 'till' },
  body: purchaseSchema,
  answers: {
    201: {
      description: 'Recorded: the member has these points, and the receipt proves it.',
      schema: purchaseShape,
    },
    200: { description: 'Recorded before; the first answer again.', schema: purchaseShape },
  },
  refusals: [
    'PURCHASE_ID_REUSED',
    'MEMBER_UNKNOWN',
    'PROGRAMME_MISSING',
    'CURRENCY_UNSUPPORTED',
    'POINTS_TOO_MANY',
    'SECRETS_KEY_MISSING',
    'SECRET_UNREADABLE',
    'OVERLOADED',
    'STOPPING',
  ],
});

export const recordPurchasesContract = defineContract({
  name: 'recordPurchases',
  method: 'post',
  path: '/v1/purchases/bulk',
  tag: 'Tills',
  summary: 'Record many purchases',
  description:
    'A purchase a line, as many as you like, as it is or as gzip. Each line is answered in order while the rest is read: by what a single request would be answered, or by its problem with the `line`’s number. A bad line stops no other. When the answers end before the lines do, or one says `same-key`, send what has no answer again, or everything: nothing counts twice.',
  caller: { key: 'till' },
  body: z.string().meta({ description: 'Newline-delimited JSON: in each line what `recordPurchase` takes.' }),
  bodyType: NDJSON,
  answers: {
    200: {
      description: 'Taken; how each line fared stands in its answer.',
      schema: z.string().meta({ description: 'Newline-delimited JSON: a purchase or a problem a line.' }),
      type: NDJSON,
    },
  },
  refusals: ['OVERLOADED'],
});

export const readPurchaseContract = defineContract({
  name: 'readPurchase',
  method: 'get',
  path: '/v1/purchases/:id',
  tag: 'Tills',
  summary: 'Read a purchase',
  description:
    'A purchase of the key’s own brand, how far its points are on their way to the chain, and what was returned of it.',
  caller: { key: 'till' },
  params: z.strictObject({ id: tillIdField }),
  answers: { 200: { description: 'The purchase as it is now.', schema: purchaseStateShape } },
  refusals: ['PURCHASE_UNKNOWN', 'SECRETS_KEY_MISSING', 'SECRET_UNREADABLE'],
  polled: true,
});
