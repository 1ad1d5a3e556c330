import { z } from 'zod';
import { defineContract } from './contract.ts';

export const readApiContract = defineContract({
  name: 'readApi',
  method: 'get',
  path: '/v1/openapi.json',
  tag: 'Network',
  summary: 'This document',
  description:
    'The OpenAPI description of all of this, made from the schemas that the routes check requests with.',
  caller: 'anyone',
  answers: {
    200: {
      description: 'OpenAPI 3.1.',
      schema: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    },
  },
  polled: true,
});
