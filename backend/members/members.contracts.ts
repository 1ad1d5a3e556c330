import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  addressShape,
  countShape,
  hashShape,
  instantShape,
  microUsdShape,
  numberShape,
  pointsShape,
  reasonShape,
  wholeShape,
} from '../api/shapes.ts';
import { ACT_KINDS } from '../protocol/acts.ts';
import { accountField, cursorField, limitField } from '../shared/requests.ts';
import { enrolmentSchema, MEMBER_KINDS, memberNameField } from './member.ts';

const accountParams = z.strictObject({ member: accountField });

/** A member in an answer. */
export const memberShape = z
  .strictObject({
    account: addressShape,
    code: z
      .string()
      .regex(/^\d{8}$/)
      .meta({ description: 'What a till can type in place of the account.' }),
    kind: z.enum(MEMBER_KINDS),
  })
  .meta({ id: 'Member' });

export const enrolMemberContract = defineContract({
  name: 'enrolMember',
  method: 'post',
  path: '/v1/members',
  tag: 'Members',
  summary: 'Join',
  description:
    'Makes an account a member: by its address, or by the P-256 key that names it. Nothing is proven by it and nothing given; whoever wants to see or spend something has to sign.',
  caller: 'anyone',
  body: enrolmentSchema,
  answers: {
    201: { description: 'A new member.', schema: memberShape },
    200: { description: 'A member already.', schema: memberShape },
  },
});

export const findMemberContract = defineContract({
  name: 'findMember',
  method: 'get',
  path: '/v1/members/:member',
  tag: 'Tills',
  summary: 'Find a member',
  description: 'By the code that the member shows, or by the account.',
  caller: { key: 'till' },
  params: z.strictObject({ member: memberNameField }),
  answers: { 200: { description: 'The member.', schema: memberShape } },
  refusals: ['MEMBER_UNKNOWN'],
});

const bucketShape = z.strictObject({
  epoch: wholeShape,
  points: pointsShape,
  value: microUsdShape,
  expiresAt: instantShape,
});

const balancesShape = z
  .strictObject({
    account: addressShape,
    block: countShape.describe('The newest block that is in these figures.'),
    balances: z.array(
      z.strictObject({
        partner: numberShape,
        points: pointsShape,
        value: microUsdShape,
        nextNonce: wholeShape.meta({ description: 'For the account’s next act with this brand’s points.' }),
        buckets: z
          .array(bucketShape)
          .meta({ description: 'The points by when they expire, the first to go first.' }),
      }),
    ),
    pending: z
      .array(
        z.strictObject({
          partner: numberShape,
          points: pointsShape,
          reason: z.string().meta({ description: 'How far they are, or the code of why they wait.' }),
        }),
      )
      .meta({ description: 'Earned, and not on the chain yet.' }),
    debts: z.array(z.strictObject({ partner: numberShape, points: pointsShape })).meta({
      description:
        'Owed to a brand, because a purchase was returned whose points were issued. What is earned there next pays it.',
    }),
  })
  .meta({ id: 'Balances' });

export const readBalancesContract = defineContract({
  name: 'readBalances',
  method: 'get',
  path: '/v1/members/:member/balances',
  tag: 'Members',
  summary: 'Read balances',
  description:
    'What an account holds of each brand. Open to anyone: it is on the chain anyway. One answer of one block, so it has no pages; it has at most one balance per brand.',
  caller: 'anyone',
  params: accountParams,
  answers: {
    200: { description: 'The balances; an account that nobody knows has none.', schema: balancesShape },
  },
  polled: true,
});

const historyItemShape = z
  .strictObject({
    kind: z.enum(['accrual', 'return', 'repayment', 'refund', 'gift-received', ...ACT_KINDS]).meta({
      description:
        '`return`: points that were taken back with a purchase. `repayment`: points that were earned and paid a debt. `refund`: points that a brand gives back.',
    }),
    at: instantShape,
    partner: numberShape,
    counterparty: z.int().min(0).optional(),
    points: pointsShape,
    received: pointsShape.optional(),
    value: microUsdShape.optional(),
    debt: pointsShape.optional().describe('The part of a return’s points that had been issued already.'),
    status: z.string(),
    reason: reasonShape.optional(),
    receipt: hashShape.optional(),
    act: z.uuid().optional(),
    voucher: z.string().optional(),
  })
  .meta({ id: 'HistoryItem' });

export const readHistoryContract = defineContract({
  name: 'readHistory',
  method: 'get',
  path: '/v1/members/:member/history',
  tag: 'Members',
  summary: 'Read the history',
  description: 'What happened to the member’s own points, newest first, a page at a time.',
  caller: 'member',
  params: accountParams,
  query: z.strictObject({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page of history; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ items: z.array(historyItemShape), next: z.string().nullable() }),
    },
  },
  refusals: ['SESSION_FOREIGN'],
});
