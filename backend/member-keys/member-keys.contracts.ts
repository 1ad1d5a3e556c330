import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import {
  addressShape,
  hashShape,
  instantShape,
  microUsdShape,
  reasonShape,
  secondsShape,
  wholeShape,
} from '../api/shapes.ts';
import { KEY_ROLES } from '../protocol/keys.ts';
import { accountField } from '../shared/requests.ts';
import { KEY_CHANGE_STATUSES, keyChangeSchema } from './key-change.ts';
import { KEYS_LIMIT } from './list-keys.ts';

const accountParams = z.strictObject({ member: accountField });
const roleShape = z.enum(KEY_ROLES);
const statusShape = z.enum(KEY_CHANGE_STATUSES);

export const listKeysContract = defineContract({
  name: 'listKeys',
  method: 'get',
  path: '/v1/members/:member/keys',
  tag: 'Members',
  summary: 'List an account’s keys',
  description: `The keys that were added to an account, as the chain has them now. Its own key is not among them: it has full power always. Open to anyone: it is on the chain anyway. The ${KEYS_LIMIT} that were changed last, so it has no pages.`,
  caller: 'anyone',
  params: accountParams,
  answers: {
    200: {
      description: 'The keys, and what the next change of them is signed for.',
      schema: z
        .strictObject({
          account: addressShape,
          contract: addressShape.describe('The verifying contract of a KeyChange.'),
          nextNonce: wholeShape,
          keys: z.array(
            z.strictObject({
              key: addressShape,
              role: roleShape,
              dailyLimit: microUsdShape.optional(),
              spentToday: microUsdShape.optional(),
              activeFrom: instantShape,
              waits: z.boolean().meta({ description: 'Whether it has no power yet.' }),
              by: addressShape.describe('The key that signed for it.'),
            }),
          ),
          recovery: z
            .strictObject({ key: addressShape, by: addressShape, activeFrom: instantShape })
            .nullable()
            .meta({ description: 'What a recovery key asked for: a full key can still say no.' }),
          successor: addressShape.nullable(),
        })
        .meta({ id: 'Keys' }),
    },
  },
  refusals: ['CHAIN_UNAVAILABLE'],
});

const acceptedShape = z.strictObject({ id: z.uuid(), status: statusShape }).meta({ id: 'AcceptedKeyChange' });

export const changeKeyContract = defineContract({
  name: 'changeKey',
  method: 'post',
  path: '/v1/members/:member/keys',
  tag: 'Members',
  summary: 'Hand in a signed change of keys',
  description:
    'Adds a key, changes or removes it, asks for one by recovery, vetoes that, or names a successor: what `KeyChange(address member,address key,uint8 role,uint48 dailyLimit,uint32 nonce,uint48 deadline)` says (EIP-712; the domain’s contract is that of the keys). Checked, simulated, and sent to the chain at the network’s cost. Open to anyone: what counts is the signature. The same change again gets the first answer.',
  caller: 'anyone',
  params: accountParams,
  body: keyChangeSchema,
  answers: {
    202: { description: 'Taken; ask for it until it is `final`.', schema: acceptedShape },
    200: { description: 'Taken before.', schema: acceptedShape },
  },
  refusals: [
    'KEY_CHANGE_EXPIRED',
    'KEY_CHANGE_DEADLINE_TOO_FAR',
    'KEY_CHANGE_NOT_SPONSORED',
    'KEY_CHANGE_REFUSED',
    'KEY_NONCE_INVALID',
    'KEY_SIGNATURE_INVALID',
    'KEY_POWER_INSUFFICIENT',
    'KEY_NOT_CHANGEABLE',
    'KEY_UNKNOWN',
    'KEY_ALREADY_ADDED',
    'KEY_DAILY_LIMIT_INVALID',
    'KEY_MEMBER_SUCCEEDED',
    'CHAIN_UNAVAILABLE',
  ],
});

export const readKeyChangeContract = defineContract({
  name: 'readKeyChange',
  method: 'get',
  path: '/v1/key-changes/:id',
  tag: 'Members',
  summary: 'Read a change of keys',
  description: 'What became of it.',
  caller: 'anyone',
  params: z.strictObject({ id: z.uuid('Send the id that was answered when it was handed in.') }),
  answers: {
    200: {
      description: 'The change as it is now.',
      schema: z
        .strictObject({
          id: z.uuid(),
          change: z.strictObject({
            member: addressShape,
            key: addressShape,
            role: roleShape,
            dailyLimit: microUsdShape,
            nonce: wholeShape,
            deadline: secondsShape,
          }),
          status: statusShape,
          reason: reasonShape.optional(),
          transaction: hashShape.optional(),
        })
        .meta({ id: 'KeyChangeState' }),
    },
  },
  refusals: ['KEY_CHANGE_UNKNOWN'],
  polled: true,
});
