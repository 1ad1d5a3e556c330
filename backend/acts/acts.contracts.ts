import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  addressShape,
  hashShape,
  instantShape,
  kindShape,
  microUsdShape,
  numberShape,
  pointsShape,
  reasonShape,
  secondsShape,
  wholeShape,
} from '../api/shapes.ts';
import { ACT_STATUSES, quoteSchema, submissionSchema } from './act.ts';

/** An act as answers have it. */
export const actShape = z
  .strictObject({
    kind: kindShape,
    member: addressShape,
    issuer: numberShape.describe('The brand whose points are spent.'),
    counterparty: wholeShape.meta({
      description: 'The accepting brand, the brand of the new points, or the charity.',
    }),
    amount: pointsShape,
    minimum: z
      .string()
      .regex(/^(0|[1-9]\d*)$/)
      .meta({ description: 'The least that the act must yield: µUSD, in an exchange points.' }),
    ref: hashShape,
    nonce: wholeShape,
    deadline: secondsShape,
  })
  .meta({ id: 'Act', description: 'What a member signs.' });

const idShape = z.uuid();
const statusShape = z.enum(ACT_STATUSES).meta({
  description:
    '`held`: signed for a payment that its till has yet to capture; `skipped`: the contract refused it; `failed`: it never got there. `reason` says why.',
});

const PARTIES = [
  'PARTNER_UNKNOWN',
  'PARTNER_HALTED',
  'PARTNER_LEAVING',
  'CHARITY_UNKNOWN',
  'CHARITY_SUSPENDED',
  'ACT_COUNTERPARTY_INVALID',
  'POINTS_NOT_TRANSFERABLE',
] as const;
const PRICE = ['POINTS_INSUFFICIENT', 'ACT_WORTHLESS', 'RESERVE_INSUFFICIENT'] as const;
const PAYMENT = ['PAYMENT_CLOSED', 'PAYMENT_UNDERPAID'] as const;

const fieldShape = z.strictObject({ name: z.string(), type: z.string() });

export const quoteActContract = defineContract({
  name: 'quoteAct',
  method: 'post',
  path: '/v1/quotes',
  tag: 'Acts',
  summary: 'Ask what an act would yield',
  description:
    'Says it in plain words, and makes the act to sign: `typedData` is what a wallet’s `eth_signTypedData_v4` takes. With a payment’s id, counterparty, reference and the least amount come from the payment.',
  caller: 'anyone',
  body: quoteSchema,
  answers: {
    200: {
      description: 'The terms, good until `expiresAt`.',
      schema: z
        .strictObject({
          sentence: z.string().meta({ description: 'What the member is asked to approve.' }),
          value: microUsdShape,
          received: pointsShape
            .nullable()
            .meta({ description: 'Points of the other brand, in an exchange.' }),
          act: actShape,
          typedData: z.strictObject({
            domain: z.strictObject({
              name: z.string(),
              version: z.string(),
              chainId: z.int().min(1),
              verifyingContract: addressShape,
            }),
            types: z.record(z.string(), z.array(fieldShape)),
            primaryType: z.string(),
            message: z.record(z.string(), z.union([z.string(), z.number()])),
          }),
          expiresAt: instantShape,
        })
        .meta({ id: 'Quote' }),
    },
  },
  refusals: [...PARTIES, ...PRICE, ...PAYMENT, 'PAYMENT_UNKNOWN', 'ACT_NONCE_USED', 'ACT_NONCE_TOO_FAR'],
});

const acceptedShape = z.strictObject({ id: idShape, status: statusShape }).meta({ id: 'AcceptedAct' });

export const submitActContract = defineContract({
  name: 'submitAct',
  method: 'post',
  path: '/v1/acts',
  tag: 'Acts',
  summary: 'Hand in a signed act',
  description:
    'Checked, simulated, and sent to the chain at the network’s cost. Open to anyone: what counts is the member’s signature. The same act again gets the first answer, so sending again is always safe.',
  caller: 'anyone',
  body: submissionSchema,
  answers: {
    202: { description: 'Taken; ask for it until it is `final`.', schema: acceptedShape },
    200: { description: 'Taken before.', schema: acceptedShape },
  },
  refusals: [
    ...PARTIES,
    ...PRICE,
    ...PAYMENT,
    'ACT_EXPIRED',
    'ACT_DEADLINE_TOO_FAR',
    'ACT_SIGNATURE_INVALID',
    'ACT_NONCE_USED',
    'ACT_NONCE_TOO_FAR',
    'ACT_MINIMUM_NOT_MET',
    'ACT_REFUSED',
    'ACT_NOT_SPONSORED',
    'PAYMENT_HOLD_TOO_SHORT',
    'ACT_KIND_NOT_SPONSORED',
    'OVERLOADED',
    'COVERAGE_INSUFFICIENT',
    'POINTS_SUPPLY_FULL',
    'KEY_LIMIT_EXCEEDED',
    'ACCOUNT_INVALID',
    'COALITION_HALTED',
    'CHAIN_UNAVAILABLE',
    'OVERLOADED',
  ],
});

export const readActContract = defineContract({
  name: 'readAct',
  method: 'get',
  path: '/v1/acts/:id',
  tag: 'Acts',
  summary: 'Read an act',
  description:
    'What became of it. The voucher of a redemption is shown once that is on the chain, to whoever has the id that its member was told.',
  caller: 'anyone',
  params: z.strictObject({ id: z.uuid('Send the id that POST /v1/acts answered.') }),
  answers: {
    200: {
      description: 'The act as it is now.',
      schema: z
        .strictObject({
          id: idShape,
          act: actShape,
          status: statusShape,
          reason: reasonShape.optional(),
          value: microUsdShape.optional(),
          received: pointsShape.optional(),
          transaction: hashShape.optional(),
          voucher: z.string().optional(),
        })
        .meta({ id: 'ActState' }),
    },
  },
  refusals: ['ACT_UNKNOWN'],
  polled: true,
});
