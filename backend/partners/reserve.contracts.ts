import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  countShape,
  microUsdShape,
  numberShape,
  pointsShape,
  reasonShape,
  wholeShape,
} from '../api/shapes.ts';

const reserveShape = z
  .strictObject({
    partner: numberShape,
    reserve: microUsdShape,
    liability: microUsdShape.meta({
      description: 'What all points are worth, those not yet issued included, in µUSD.',
    }),
    required: microUsdShape.meta({ description: 'What the coverage policy asks for that.' }),
    free: microUsdShape,
    missing: microUsdShape.meta({ description: 'What has to be deposited before everything can be issued.' }),
    pendingPoints: pointsShape,
    outflowPerDay: microUsdShape.meta({ description: 'What members’ spending took a day in the last week.' }),
    runwayDays: wholeShape
      .nullable()
      .meta({ description: 'For how many days the reserve lasts at that; null when nothing goes out.' }),
    alert: z.strictObject({
      bps: wholeShape,
      runwayDays: wholeShape.nullable(),
      isLow: z.boolean(),
      deposit: microUsdShape.meta({ description: 'What to deposit so that it is low no more.' }),
    }),
    waiting: z
      .array(
        z.strictObject({ batch: countShape, points: pointsShape, members: wholeShape, reason: reasonShape }),
      )
      .meta({ description: 'Batches that wait, the next first, and why. They go by themselves.' }),
  })
  .meta({ id: 'Reserve', description: 'A brand’s money against what it owes.' });

export const readReserveContract = defineContract({
  name: 'readReserve',
  method: 'get',
  path: '/v1/partners/me/reserve',
  tag: 'Office',
  summary: 'Read the reserve',
  description: 'And why points wait, if they do.',
  caller: { key: 'reports' },
  answers: { 200: { description: 'As it is now.', schema: reserveShape } },
  refusals: ['NOT_READY'],
  polled: true,
});

export const setReserveAlertContract = defineContract({
  name: 'setReserveAlert',
  method: 'put',
  path: '/v1/partners/me/reserve/alert',
  tag: 'Office',
  summary: 'Say when the reserve is low',
  description:
    'Below a share of what is required (`bps`, 10000 is all; null takes the network’s), or when it lasts for fewer than `runwayDays`. The event `reserve.low` then says what to deposit.',
  caller: { key: 'money' },
  body: z.strictObject({
    bps: z.int('Send a whole number.').min(0).max(100_000).nullable(),
    runwayDays: z.int('Send a whole number.').min(1).max(3_650).nullable(),
  }),
  answers: { 200: { description: 'Set.', schema: reserveShape } },
  refusals: ['NOT_READY'],
});
