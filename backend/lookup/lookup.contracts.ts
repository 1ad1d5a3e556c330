import { defineContract } from '../api/contract.ts';
import { memberShape } from '../members/members.contracts.ts';
import { lookupSchema } from './lookup.ts';

export const lookUpMemberContract = defineContract({
  name: 'lookUpMember',
  method: 'post',
  path: '/v1/members/lookup',
  tag: 'Tills',
  summary: 'Look a member up',
  description:
    'By exactly one thing that the till knows: the typed `code` or `account`, the scanned `qr` of the wallet, a `card` of the key’s own brand, or a contact that the member has proved: `email` and `phone`, or their SHA-256, so that the till need not send them. In the body, because a path stands in logs. Each key has few of these a minute, and each one stands in the brand’s audit log. A customer who is nobody yet gets points all the same: report the purchase with `{"claim": true}`.',
  caller: { key: 'till' },
  body: lookupSchema,
  answers: { 200: { description: 'The member.', schema: memberShape } },
  refusals: ['MEMBER_UNKNOWN', 'CARD_BLOCKED', 'PRESENCE_INVALID', 'PRESENCE_STALE', 'SECRETS_KEY_MISSING'],
});
