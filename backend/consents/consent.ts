/** What members allow, one purpose at a time. */
import { z } from 'zod';

/** The purposes that the network itself has. */
export const CONSENT_PURPOSES = ['messages.email', 'messages.push', 'messages.sms', 'profiling'] as const;

/** A purpose; sharing is allowed for one brand at a time. */
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number] | `sharing:${number}`;

const PATTERN = '^(messages\\.(email|push|sms)|profiling|sharing:[1-9][0-9]{0,8})$';

/** A purpose in a request. */
export const purposeField = z
  .string()
  .meta({ pattern: PATTERN, examples: ['messages.email'] })
  .transform((value, context): ConsentPurpose => {
    if (new RegExp(PATTERN).test(value)) return value as ConsentPurpose;
    context.addIssue({
      code: 'custom',
      message:
        'Send messages.email, messages.push, messages.sms, profiling, or sharing: and a brand’s number.',
    });
    return z.NEVER;
  });

/** The body of PUT /members/me/consents. */
export const consentSchema = z.strictObject({
  purpose: purposeField,
  granted: z.boolean(),
  text: z
    .string()
    .max(64)
    .optional()
    .describe('The id of the text that the member had before them; needed to grant, not to withdraw.'),
});

/** The brand with which a purpose shares; null for others. */
export const brandOf = (purpose: ConsentPurpose): number | null =>
  purpose.startsWith('sharing:') ? Number(purpose.slice('sharing:'.length)) : null;
