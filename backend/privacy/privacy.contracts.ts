import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, instantShape, wholeShape } from '../api/shapes.ts';

export const exportMemberContract = defineContract({
  name: 'exportMember',
  method: 'get',
  path: '/v1/members/me/export',
  tag: 'Members',
  summary: 'Get a copy of your data',
  description:
    'Everything that is kept of the account (GDPR, articles 15 and 20), as one JSON object with a list for each kind. It is read while it is sent: one that breaks off is not whole.',
  caller: 'member',
  answers: {
    200: {
      description: 'The data.',
      schema: z
        .strictObject({
          account: addressShape,
          madeAt: instantShape,
          onChain: z.string(),
          data: z.record(z.string(), z.array(z.looseObject({}))),
        })
        .meta({ id: 'Export' }),
    },
  },
});

export const eraseMemberContract = defineContract({
  name: 'eraseMember',
  method: 'post',
  path: '/v1/members/me/erasure',
  tag: 'Members',
  summary: 'Have your data erased',
  description:
    'Erases what is kept of the account and need not be (GDPR, article 17), ends all its sessions, this one too, and takes all consents back. Needs a session that was opened at most five minutes ago. What stays is said with the reason.',
  caller: 'member',
  body: z.strictObject({}),
  answers: {
    200: {
      description: 'It is done.',
      schema: z
        .strictObject({
          erased: z.array(z.strictObject({ name: z.string(), rows: wholeShape })),
          kept: z.array(z.strictObject({ name: z.string(), why: z.string() })),
          onChain: z.string(),
        })
        .meta({ id: 'Erasure' }),
    },
  },
  refusals: ['SESSION_NOT_FRESH'],
});
