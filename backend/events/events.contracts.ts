import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { accountField } from '../shared/requests.ts';
import { type Place, parsePlace } from './event.ts';

/** Where a reader was. `Last-Event-ID` without an id is what a browser sends that has seen none. */
const placeField = z
  .string()
  .meta({ pattern: '^(\\d{1,19}-\\d{1,19})?$', description: 'The id of the last event that you have seen.' })
  .transform((text, context): Place | null => {
    const place = parsePlace(text);
    if (place || text === '') return place;
    context.addIssue({ code: 'custom', message: 'Send the id of the last event, or leave it out.' });
    return z.NEVER;
  });

const HOW =
  'The stream begins with `ready`; then each event has its `id`, its type as `event`, and as `data` a JSON object of `id`, `type`, `timestamp` and `data`. `Last-Event-ID` goes on after the last one you saw and misses none for 30 days; `reset` in place of `ready` says that the place is too old, so look at everything anew.';

const streams = {
  headers: z.object({ 'last-event-id': placeField.optional() }),
  answers: {
    200: { description: 'Server-sent events, without end.', schema: z.string(), type: 'text/event-stream' },
  },
} as const;

export const followPartnerContract = defineContract({
  name: 'followPartner',
  method: 'get',
  path: '/v1/partners/me/events',
  tag: 'Events',
  summary: 'Follow what happens at the brand',
  description: `A stream of the events of the key’s own brand. ${HOW}`,
  caller: { key: 'events' },
  ...streams,
  refusals: ['STREAMS_TOO_MANY', 'STOPPING'],
});

export const followMemberContract = defineContract({
  name: 'followMember',
  method: 'get',
  path: '/v1/members/:member/events',
  tag: 'Events',
  summary: 'Follow what happens to the member’s points',
  description: `A stream of the events of the member’s own account. ${HOW}`,
  caller: 'member',
  params: z.strictObject({ member: accountField }),
  ...streams,
  refusals: ['SESSION_FOREIGN', 'STREAMS_TOO_MANY', 'STOPPING'],
});
