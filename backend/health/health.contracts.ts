import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { countShape } from '../api/shapes.ts';

export const readHealthContract = defineContract({
  name: 'readHealth',
  method: 'get',
  path: '/healthz',
  tag: 'Operations',
  summary: 'Does the process live?',
  caller: 'anyone',
  answers: { 200: { description: 'It does.', schema: z.strictObject({ status: z.literal('alive') }) } },
});

const readinessShape = z
  .strictObject({
    ready: z.boolean(),
    database: z.string(),
    chain: z.string(),
    indexerLag: countShape
      .nullable()
      .meta({ description: 'Blocks between the chain’s head and the newest indexed one.' }),
    alarm: z.string().nullable(),
  })
  .meta({ id: 'Readiness' });

export const readReadinessContract = defineContract({
  name: 'readReadiness',
  method: 'get',
  path: '/readyz',
  tag: 'Operations',
  summary: 'Can the process do its work?',
  caller: 'anyone',
  answers: {
    200: { description: 'It can.', schema: readinessShape },
    503: { description: 'It can’t, and this is why.', schema: readinessShape },
  },
});

export const readMetricsContract = defineContract({
  name: 'readMetrics',
  method: 'get',
  path: '/metrics',
  tag: 'Operations',
  summary: 'Metrics for Prometheus',
  caller: 'anyone',
  answers: {
    200: {
      description: 'The metrics.',
      schema: z.string(),
      type: 'text/plain; version=0.0.4; charset=utf-8',
    },
  },
});
