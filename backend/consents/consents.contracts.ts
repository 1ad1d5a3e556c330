import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { countShape, hashShape, instantShape } from '../api/shapes.ts';
import { cursorField, limitField } from '../shared/requests.ts';
import { consentSchema } from './consent.ts';

const consentShape = z
  .strictObject({
    purpose: z.string().meta({
      description:
        '`messages.email`, `messages.push`, `messages.sms`, `profiling`, or `sharing:` and a brand’s number.',
    }),
    granted: z.boolean(),
    text: z.string().meta({ description: 'The id of the text that the member had before them.' }),
    origin: z.string().optional().describe('The site on which they said so.'),
    at: instantShape,
    proof: z.strictObject({ seq: countShape, hash: hashShape }).meta({
      description: 'Its place in the coalition’s audit chain: it can be neither changed nor removed.',
    }),
  })
  .meta({ id: 'Consent' });

export const listConsentTextsContract = defineContract({
  name: 'listConsentTexts',
  method: 'get',
  path: '/v1/consent-texts',
  tag: 'Members',
  summary: 'Read the texts of consents',
  description:
    'Every text that consents name, the one to show now last of its purpose. A handful, so it has no pages. `{brand}` stands for the brand’s name.',
  caller: 'anyone',
  answers: {
    200: {
      description: 'The texts.',
      schema: z.strictObject({
        texts: z.array(z.strictObject({ id: z.string(), purpose: z.string(), text: z.string() })),
      }),
    },
  },
});

export const listConsentsContract = defineContract({
  name: 'listConsents',
  method: 'get',
  path: '/v1/members/me/consents',
  tag: 'Members',
  summary: 'Read your consents',
  description:
    'Your last word about each purpose that you ever spoke of; about every other one it is no. One for a purpose at most, so it has no pages.',
  caller: 'member',
  answers: {
    200: { description: 'The consents.', schema: z.strictObject({ consents: z.array(consentShape) }) },
  },
});

export const setConsentContract = defineContract({
  name: 'setConsent',
  method: 'put',
  path: '/v1/members/me/consents',
  tag: 'Members',
  summary: 'Give or withdraw a consent',
  description:
    'Allows one purpose, by the present text, or takes it back. The same word again changes nothing and answers the first.',
  caller: 'member',
  body: consentSchema,
  answers: { 200: { description: 'What counts now.', schema: consentShape } },
  refusals: ['CONSENT_TEXT_OUTDATED', 'PARTNER_UNKNOWN'],
});

export const listConsentHistoryContract = defineContract({
  name: 'listConsentHistory',
  method: 'get',
  path: '/v1/members/me/consents/history',
  tag: 'Members',
  summary: 'Read the history of your consents',
  description: 'Everything that you ever allowed or took back, the newest first.',
  caller: 'member',
  query: z.strictObject({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ items: z.array(consentShape), next: z.string().nullable() }),
    },
  },
});
