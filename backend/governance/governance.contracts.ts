import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, bytesShape, countShape, hashShape, instantShape, wholeShape } from '../api/shapes.ts';
import { operatorActionSchema } from './action.ts';
import { partnerActionSchema } from './partner-action.ts';

const params = z.strictObject({ id: z.uuid('Send the id of a prepared transaction.') });

const unsignedShape = z.strictObject({
  to: addressShape,
  data: bytesShape,
  value: countShape,
  chainId: z.int(),
  description: z.string(),
});
const preparedFields = z.strictObject({
  id: z.uuid(),
  action: z.string(),
  createdAt: instantShape,
  signer: z
    .string()
    .meta({ description: 'The role that may sign; `PARTNER_ADMIN` is the brand’s own admin.' }),
  holders: z
    .array(z.strictObject({ account: addressShape, delaySeconds: wholeShape }))
    .meta({ description: 'Who holds it now, and how long what they schedule has to wait.' }),
  stages: z
    .array(z.strictObject({ afterSeconds: wholeShape, transactions: z.array(unsignedShape) }))
    .meta({ description: 'What is to be signed, in order; a second stage waits for the first one’s delay.' }),
  simulation: z
    .strictObject({
      outcome: z.enum(['success', 'refused', 'unknown']),
      refusal: z.string().optional(),
      message: z.string().optional(),
    })
    .meta({ description: 'What the chain would say to all stages in a row, as things stand.' }),
  safe: z
    .array(
      z.strictObject({
        version: z.string(),
        chainId: z.string(),
        createdAt: z.int(),
        meta: z.strictObject({ name: z.string(), description: z.string() }),
        transactions: z.array(z.strictObject({ to: addressShape, value: z.string(), data: bytesShape })),
      }),
    )
    .meta({ description: 'The stages as batches for Safe’s transaction builder.' }),
});
const preparedShape = preparedFields.meta({
  id: 'PreparedTransaction',
  description: 'Transactions for somebody else to sign. The server has no key for them and sends none.',
});
const followedShape = preparedFields
  .extend({
    progress: z.strictObject({
      status: z.enum(['pending', 'scheduled', 'ready', 'done']),
      until: instantShape.optional(),
      transaction: hashShape.optional(),
      block: countShape.optional(),
      isFinal: z.boolean().optional(),
    }),
  })
  .meta({ id: 'FollowedTransaction', description: 'A prepared transaction, and what the chain says of it.' });
const admittedShape = preparedFields
  .extend({
    invite: z.string().optional().meta({
      description:
        'Of an admission: the first owner’s link, which works once the brand is final on the chain.',
    }),
  })
  .meta({ id: 'OperatorTransaction', description: 'What an operator had prepared.' });

const NEVER_SENT = 'Nothing is sent: the answer is for a wallet or a Safe to sign.';

export const prepareOperatorContract = defineContract({
  name: 'prepareOperatorTransaction',
  method: 'post',
  path: '/v1/operator/transactions',
  tag: 'Operator',
  summary: 'Prepare a decision of the coalition',
  description: `Admissions, policies, halts, pots, roles. ${NEVER_SENT} A brand’s programme and first owner come with its admission, and begin when it is final on the chain.`,
  caller: { key: 'operator' },
  body: operatorActionSchema,
  answers: { 201: { description: 'Prepared.', schema: admittedShape } },
  refusals: ['CHAIN_UNAVAILABLE', 'NOT_READY', 'SLUG_TAKEN'],
});

export const readOperatorContract = defineContract({
  name: 'readOperatorTransaction',
  method: 'get',
  path: '/v1/operator/transactions/:id',
  tag: 'Operator',
  summary: 'See what became of a decision',
  description: 'Read back from the chain.',
  caller: { key: 'operator' },
  params,
  answers: { 200: { description: 'As it is now.', schema: followedShape } },
  refusals: ['CHAIN_UNAVAILABLE', 'TRANSACTION_UNKNOWN'],
});

export const preparePartnerContract = defineContract({
  name: 'preparePartnerTransaction',
  method: 'post',
  path: '/v1/partners/me/transactions',
  tag: 'Office',
  summary: 'Prepare what the brand’s admin signs',
  description: `Deposits, withdrawals, values, allowance, match, keys, exit. ${NEVER_SENT}`,
  caller: { key: 'money' },
  body: partnerActionSchema,
  answers: { 201: { description: 'Prepared.', schema: preparedShape } },
  refusals: ['CHAIN_UNAVAILABLE', 'NOT_READY'],
});

export const readPartnerContract = defineContract({
  name: 'readPartnerTransaction',
  method: 'get',
  path: '/v1/partners/me/transactions/:id',
  tag: 'Office',
  summary: 'See what became of a transaction',
  description: 'Read back from the chain.',
  caller: { key: 'money' },
  params,
  answers: { 200: { description: 'As it is now.', schema: followedShape } },
  refusals: ['CHAIN_UNAVAILABLE', 'TRANSACTION_UNKNOWN'],
});
