import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, instantShape, minorUnitsShape, numberShape, pointsShape } from '../api/shapes.ts';
import { PURCHASE_STATUSES } from '../purchases/purchase.ts';
import { receiptShape } from '../purchases/purchases.contracts.ts';
import { tillIdField } from '../shared/requests.ts';
import { CLAIM_STATUSES, secretSchema } from './claim.ts';
import { claimsQuery } from './read-claims.ts';

const statusShape = z.enum(CLAIM_STATUSES).meta({
  description:
    '`open`: the points wait. `accepted`: somebody has them. `lapsed`: nobody came in time, and nobody gets them.',
});

const claimShape = z
  .strictObject({
    purchase: z.string().meta({ description: 'The till’s own id of the purchase.' }),
    points: pointsShape,
    amount: minorUnitsShape,
    currency: z.string().regex(/^[A-Z]{3}$/),
    occurredAt: instantShape,
    status: statusShape,
    expiresAt: instantShape,
    member: addressShape.optional().meta({ description: 'Who has the points.' }),
    settledAt: instantShape.optional().meta({ description: 'When they were accepted, or lapsed.' }),
  })
  .meta({ id: 'Claim' });

export const listClaimsContract = defineContract({
  name: 'listClaims',
  method: 'get',
  path: '/v1/claims',
  tag: 'Tills',
  summary: 'List claim links',
  description:
    'The purchases of the key’s own brand whose customers were no members, newest first, a page at a time. The links themselves are not in it.',
  caller: { key: 'till' },
  query: claimsQuery,
  answers: {
    200: {
      description: 'A page of claims; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({
        claims: z.array(claimShape),
        next: z.string().nullable(),
      }),
    },
  },
});

export const withdrawClaimContract = defineContract({
  name: 'withdrawClaim',
  method: 'post',
  path: '/v1/claims/withdraw',
  tag: 'Tills',
  summary: 'Withdraw a claim link',
  description:
    'For a purchase that is taken back before anybody has claimed its points: nobody gets them any more. Once somebody has, record a return.',
  caller: { key: 'till' },
  body: z.strictObject({ purchase: tillIdField.describe('The till’s own id of the purchase.') }),
  answers: { 200: { description: 'The claim as it is now.', schema: claimShape } },
  refusals: ['CLAIM_UNKNOWN', 'CLAIM_TAKEN'],
});

export const previewClaimContract = defineContract({
  name: 'previewClaim',
  method: 'post',
  path: '/v1/claims',
  tag: 'Members',
  summary: 'Look behind a claim link',
  description:
    'What waits there, for whoever has the link. The secret travels in the body, so that it is in no log. Nothing changes by it.',
  caller: 'anyone',
  body: secretSchema,
  answers: {
    200: {
      description: 'What waits.',
      schema: z
        .strictObject({
          partner: numberShape,
          points: pointsShape,
          status: statusShape,
          occurredAt: instantShape,
          expiresAt: instantShape,
        })
        .meta({ id: 'ClaimPreview' }),
    },
  },
  refusals: ['CLAIM_UNKNOWN'],
});

export const acceptClaimContract = defineContract({
  name: 'acceptClaim',
  method: 'post',
  path: '/v1/claims/accept',
  tag: 'Members',
  summary: 'Accept a claim link',
  description:
    'Gives the points behind a claim link to the account that has signed in, once; from here on they go the way of every purchase’s points. The same account again gets the first answer.',
  caller: 'member',
  body: secretSchema,
  answers: {
    201: { description: 'The points are the member’s, and the receipt proves it.', schema: acceptedShape() },
    200: {
      description: 'Accepted before, by the same account; the first answer again.',
      schema: acceptedShape(),
    },
  },
  refusals: ['CLAIM_UNKNOWN', 'CLAIM_TAKEN', 'CLAIM_EXPIRED'],
});

function acceptedShape() {
  return z.strictObject({
    partner: numberShape,
    purchase: z.string().meta({ description: 'The till’s own id of the purchase.' }),
    member: addressShape,
    points: pointsShape,
    status: z.enum(PURCHASE_STATUSES),
    receipt: receiptShape,
  });
}
