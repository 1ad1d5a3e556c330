import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, microUsdShape, numberShape, wholeShape } from '../api/shapes.ts';
import { cursorField, limitField } from '../shared/requests.ts';

const ruleNumber = z.string().regex(/^(0|[1-9]\d*)$/);

const partnerShape = z
  .strictObject({
    id: numberShape,
    slug: z.string(),
    name: z.string(),
    symbol: z.string(),
    token: addressShape,
    colour: z.string().regex(/^#[0-9a-fA-F]{6}$/),
    quartersPerEpoch: z.union([z.literal(1), z.literal(2), z.literal(4)]),
    validity: z
      .int()
      .min(1)
      .max(4)
      .meta({ description: 'Epochs in which points live, that of their purchase included.' }),
    transferable: z.boolean(),
    value: microUsdShape.describe('What a point of this epoch is worth.'),
    nextValue: microUsdShape.describe('What a point of the next epoch will be worth.'),
    coverageBps: wholeShape.meta({
      description: 'How much of what its points are worth the brand must hold: 10000 is all.',
    }),
    earning: z
      .strictObject({ points: ruleNumber, perMinor: ruleNumber, currency: z.string().regex(/^[A-Z]{3}$/) })
      .nullable()
      .meta({
        description: '`points` for every `perMinor` cents of `currency`; null while the brand has no rule.',
      }),
    halted: z.boolean(),
  })
  .meta({ id: 'Partner', description: 'A brand of the coalition.' });

export const listPartnersContract = defineContract({
  name: 'listPartners',
  method: 'get',
  path: '/v1/partners',
  tag: 'Network',
  summary: 'List the brands',
  description: 'By number, a page at a time.',
  caller: 'anyone',
  query: z.strictObject({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page of brands; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ partners: z.array(partnerShape), next: z.string().nullable() }),
    },
  },
  polled: true,
});

export const readTillContract = defineContract({
  name: 'readTill',
  method: 'get',
  path: '/v1/till',
  tag: 'Tills',
  summary: 'Whose till is this?',
  caller: { key: 'till' },
  answers: {
    200: { description: 'The brand of the key.', schema: z.strictObject({ partner: numberShape }) },
  },
});
