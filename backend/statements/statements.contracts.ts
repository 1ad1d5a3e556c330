import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  countShape,
  instantShape,
  microUsdShape,
  numberShape,
  pointsShape,
  wholeShape,
} from '../api/shapes.ts';
import { cursorField, limitField, momentField } from '../shared/requests.ts';
import { ACCOUNTS, type Account } from './accounts.ts';
import { periodQuery } from './period.ts';

const amountShape = z
  .string()
  .regex(/^(0|-?[1-9]\d*)$/)
  .meta({
    id: 'Amount',
    description: 'What a line comes to, with its sign, as a decimal string.',
    examples: ['-1250'],
  });
const blockShape = countShape.nullable();

const accountShape = (name: Account, balance: z.ZodType) =>
  z.strictObject({
    opening: balance,
    closing: balance,
    lines: z.strictObject(Object.fromEntries(ACCOUNTS[name].map((line) => [line, amountShape]))),
  });

const statementShape = z
  .strictObject({
    partner: numberShape,
    from: instantShape,
    to: instantShape,
    through: z
      .strictObject({ at: instantShape, isComplete: z.boolean() })
      .meta({ description: 'How far it goes: to the end of the period, or to the last final block.' }),
    openingBlock: blockShape.meta({
      description: 'The last block before the period that moved something of the brand.',
    }),
    closingBlock: blockShape.meta({ description: 'The last such block of the period.' }),
    points: accountShape('points', pointsShape).meta({ description: 'Live points.' }),
    liability: accountShape('liability', microUsdShape).meta({
      description: 'What they are worth, in µUSD.',
    }),
    reserve: accountShape('reserve', microUsdShape).meta({ description: 'The money at the hub, in µUSD.' }),
    match: accountShape('match', microUsdShape).meta({
      description: 'What is set aside to match donations.',
    }),
    acceptedPoints: pointsShape.meta({ description: 'Points of other brands that were redeemed here.' }),
    clearing: z
      .strictObject({ received: microUsdShape, paid: microUsdShape, net: amountShape })
      .meta({ description: 'Between this brand and the others, before fees, in µUSD.' }),
    gas: z
      .array(
        z.strictObject({
          kind: z.string(),
          transactions: wholeShape,
          items: wholeShape,
          gas: countShape,
          wei: countShape,
        }),
      )
      .meta({ description: 'What the operator burned for the brand, by what it was for.' }),
  })
  .meta({ id: 'Statement', description: 'What happened to a brand’s points and money in a time.' });

const movementShape = z
  .strictObject({
    at: instantShape,
    block: countShape,
    logIndex: wholeShape.nullable().meta({ description: 'Null for what happened by time alone.' }),
    event: z.string().meta({ description: 'Its name in the hub’s ABI.' }),
    transaction: z.string().nullable(),
    changes: z
      .record(z.string(), amountShape)
      .meta({ description: 'By account and line, as in the statement: `reserve.deposited`.' }),
  })
  .meta({ id: 'Movement', description: 'An event of the chain that moved something of the brand.' });

const base = { tag: 'Office', method: 'get' } as const;
const reports = {
  ...base,
  caller: { key: 'reports' },
  refusals: ['NOT_READY', 'STATEMENT_UNAVAILABLE'],
} as const;
const exports_ = { ...base, caller: { key: 'exports' }, refusals: ['NOT_READY'] } as const;
const file = {
  200: { description: 'CSV (RFC 4180, UTF-8).', schema: z.string(), type: 'text/csv' },
} as const;
const spanQuery = z.strictObject({ from: momentField.optional(), to: momentField.optional() });

export const readStatementContract = defineContract({
  ...reports,
  name: 'readStatement',
  path: '/v1/partners/me/statement',
  summary: 'Read a statement',
  description:
    'By what is final on the chain. In every account, opening and all lines add up to closing, exactly. Days and months are in UTC.',
  query: periodQuery,
  answers: { 200: { description: 'The statement.', schema: statementShape } },
});

export const exportStatementContract = defineContract({
  ...reports,
  name: 'exportStatement',
  path: '/v1/partners/me/statement.csv',
  summary: 'Take a statement as a file',
  query: periodQuery,
  answers: file,
});

export const listMovementsContract = defineContract({
  ...reports,
  name: 'listMovements',
  path: '/v1/partners/me/movements',
  summary: 'List what a statement comes from',
  description:
    'The events of the chain in the order of their time; their changes add up to the statement’s lines.',
  query: periodQuery.extend({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ movements: z.array(movementShape), next: z.string().nullable() }),
    },
  },
});

export const exportMovementsContract = defineContract({
  ...reports,
  name: 'exportMovements',
  path: '/v1/partners/me/movements.csv',
  summary: 'Take what a statement comes from as a file',
  description: 'A record for each line that an event moved.',
  query: periodQuery,
  answers: file,
});

export const exportPurchasesContract = defineContract({
  ...exports_,
  name: 'exportPurchases',
  path: '/v1/partners/me/exports/purchases.csv',
  summary: 'Export purchases',
  description: 'Those received from `from` up to and without `to`, in the order in which they came.',
  query: spanQuery,
  answers: file,
});

export const exportRedemptionsContract = defineContract({
  ...exports_,
  name: 'exportRedemptions',
  path: '/v1/partners/me/exports/redemptions.csv',
  summary: 'Export redemptions',
  description: 'With the brand’s points anywhere, and with anybody’s at the brand; final ones.',
  query: spanQuery,
  answers: file,
});

export const exportBalancesContract = defineContract({
  ...exports_,
  name: 'exportBalances',
  path: '/v1/partners/me/exports/balances.csv',
  summary: 'Export members’ balances',
  description: 'Every account that holds live points of the brand. Nothing says whose account it is.',
  answers: file,
});
