import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, instantShape } from '../api/shapes.ts';
import { memberShape } from '../members/members.contracts.ts';
import { opensSession } from '../sessions/sessions.contracts.ts';
import { PASSKEYS_LIMIT } from './offer-passkey.ts';
import { newPasskeySchema, passkeyOptionsSchema, passkeySignInSchema } from './passkey.ts';

const OWN_CHALLENGE =
  'Before it signs, a wallet makes sure that the challenge begins with `Tessera sign-in `: what spends points has 32 bytes and no such beginning.';

/** What a browser's `parse…OptionsFromJSON` takes; the specification adds to it. */
const optionsShape = z.looseObject({ challenge: z.string() });
const creationOptions = {
  200: {
    description: 'What `PublicKeyCredential.parseCreationOptionsFromJSON` takes; good for five minutes.',
    schema: optionsShape.extend({
      rp: z.looseObject({ id: z.string(), name: z.string() }),
      user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
    }),
  },
} as const;
const idShape = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({ description: 'The credential’s id, base64url.' });
const keyShape = addressShape.describe('The name of its key: the account that the key names.');
const newPasskeyRefusals = ['SIGN_IN_CHALLENGE_INVALID', 'PASSKEY_INVALID', 'PASSKEY_KNOWN'] as const;

export const offerFirstPasskeyContract = defineContract({
  name: 'offerFirstPasskey',
  method: 'post',
  path: '/v1/passkeys/options',
  tag: 'Members',
  summary: 'Begin to join by passkey',
  description:
    'Options for a passkey that is to be the first key of a new account. It is discoverable, verifies its user, and signs by ES256, so that the contracts can check it too.',
  caller: 'anyone',
  body: passkeyOptionsSchema,
  answers: creationOptions,
});

export const registerFirstPasskeyContract = defineContract({
  name: 'registerFirstPasskey',
  method: 'post',
  path: '/v1/passkeys',
  tag: 'Members',
  summary: 'Join by passkey',
  description:
    'Makes the account that the passkey’s key names a member. No session is opened by it: sign in with the passkey next.',
  caller: 'anyone',
  body: newPasskeySchema,
  answers: {
    201: {
      description: 'The passkey is known, and its account is a member.',
      schema: z.strictObject({
        member: memberShape,
        passkey: z.strictObject({ id: idShape, key: keyShape }),
      }),
    },
  },
  refusals: newPasskeyRefusals,
});

export const offerFurtherPasskeyContract = defineContract({
  name: 'offerFurtherPasskey',
  method: 'post',
  path: '/v1/members/me/passkeys/options',
  tag: 'Members',
  summary: 'Begin to add a passkey',
  description: 'Options for a passkey that is to be a further key of the member’s account.',
  caller: 'member',
  body: passkeyOptionsSchema,
  answers: creationOptions,
});

export const registerFurtherPasskeyContract = defineContract({
  name: 'registerFurtherPasskey',
  method: 'post',
  path: '/v1/members/me/passkeys',
  tag: 'Members',
  summary: 'Add a passkey',
  description:
    'Makes the passkey known here. It becomes a key of the account by a signed change of keys that names its `key`; from then on it signs in and signs acts.',
  caller: 'member',
  body: newPasskeySchema,
  answers: {
    201: {
      description: 'The passkey is known.',
      schema: z.strictObject({ passkey: z.strictObject({ id: idShape, key: keyShape }) }),
    },
  },
  refusals: newPasskeyRefusals,
});

export const listPasskeysContract = defineContract({
  name: 'listPasskeys',
  method: 'get',
  path: '/v1/members/me/passkeys',
  tag: 'Members',
  summary: 'List your passkeys',
  description: `Those made here, the newest first; what power their keys have, the account’s keys say. ${PASSKEYS_LIMIT} at most, so it has no pages.`,
  caller: 'member',
  answers: {
    200: {
      description: 'The passkeys.',
      schema: z.strictObject({
        passkeys: z.array(
          z
            .strictObject({
              id: idShape,
              key: keyShape,
              backedUp: z.boolean().meta({ description: 'Whether it is kept in more than one place.' }),
              transports: z.array(z.string()),
              createdAt: instantShape,
              lastUsedAt: instantShape.optional(),
            })
            .meta({ id: 'PasskeyItem' }),
        ),
      }),
    },
  },
});

export const offerPasskeySignInContract = defineContract({
  name: 'offerPasskeySignIn',
  method: 'post',
  path: '/v1/sessions/passkey/options',
  tag: 'Members',
  summary: 'Begin to sign in by passkey',
  description: `A challenge for any passkey of this site. ${OWN_CHALLENGE}`,
  caller: 'anyone',
  body: z.strictObject({}),
  answers: {
    200: {
      description: 'What `PublicKeyCredential.parseRequestOptionsFromJSON` takes; good for five minutes.',
      schema: optionsShape.extend({ rpId: z.string() }),
    },
  },
});

export const signInByPasskeyContract = defineContract({
  name: 'signInByPasskey',
  method: 'post',
  path: '/v1/sessions/passkey',
  tag: 'Members',
  summary: 'Sign in by passkey',
  description:
    'Opens a session by an assertion of the challenge. With `account`, for another account than the passkey was made for: the chain has to say that its key may act for that one.',
  caller: 'anyone',
  body: passkeySignInSchema,
  answers: opensSession,
  refusals: [
    'SIGN_IN_CHALLENGE_INVALID',
    'PASSKEY_UNKNOWN',
    'PASSKEY_ASSERTION_INVALID',
    'PASSKEY_COUNTER_BEHIND',
    'SIGN_IN_KEY_POWERLESS',
    'CHAIN_UNAVAILABLE',
  ],
});
