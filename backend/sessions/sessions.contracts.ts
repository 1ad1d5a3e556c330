import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, countShape, instantShape } from '../api/shapes.ts';
import { SESSIONS_LIMIT, SIGN_IN_METHODS, signInSchema } from './session.ts';

/** A session as whoever opened it is told. */
export const openedSessionShape = z
  .strictObject({ token: z.string().regex(/^tss_[A-Za-z0-9_-]{43}$/), expiresAt: instantShape })
  .meta({ id: 'Session' });

/** What a way to sign in answers. */
export const opensSession = {
  201: {
    description: 'The session. The token is in this answer and nowhere else.',
    schema: openedSessionShape,
  },
} as const;

export const openSessionContract = defineContract({
  name: 'openSession',
  method: 'post',
  path: '/v1/sessions',
  tag: 'Members',
  summary: 'Sign in',
  description:
    'Opens a session for whoever signed `SignIn(address account,string origin,uint48 issuedAt)` (EIP-712, the domain of the network), at most five minutes ago and for this site: with the key of the account, or with one that was added to it and may act for it. Send the token as `authorization: Bearer …`. A session lasts twelve hours, and two without being used.',
  caller: 'anyone',
  body: signInSchema,
  answers: opensSession,
  refusals: [
    'SIGN_IN_ORIGIN_FOREIGN',
    'SIGN_IN_STALE',
    'SIGN_IN_SIGNATURE_INVALID',
    'SIGN_IN_USED',
    'CHAIN_UNAVAILABLE',
  ],
});

const sessionIdShape = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

export const listSessionsContract = defineContract({
  name: 'listSessions',
  method: 'get',
  path: '/v1/members/me/sessions',
  tag: 'Members',
  summary: 'List your sessions',
  description: `Where you are signed in, the session used last first. There are ${SESSIONS_LIMIT} at most, so it has no pages.`,
  caller: 'member',
  answers: {
    200: {
      description: 'The live sessions.',
      schema: z.strictObject({
        sessions: z.array(
          z
            .strictObject({
              id: sessionIdShape,
              present: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
              method: z.enum(SIGN_IN_METHODS).meta({ description: 'What it was opened with.' }),
              key: addressShape.optional().describe('The added key that opened it, if it was one.'),
              device: z.string().optional(),
              origin: z.string(),
              createdAt: instantShape,
              lastUsedAt: instantShape.describe('To the minute.'),
              expiresAt: instantShape,
            })
            .meta({ id: 'SessionItem' }),
        ),
      }),
    },
  },
});

export const endSessionContract = defineContract({
  name: 'endSession',
  method: 'delete',
  path: '/v1/members/me/sessions/:id',
  tag: 'Members',
  summary: 'End a session',
  description: 'Yours by its id, the present one among them: that is signing out.',
  caller: 'member',
  params: z.strictObject({ id: z.string().max(64) }),
  answers: { 204: { description: 'It has ended.' } },
  refusals: ['SESSION_UNKNOWN'],
});

export const endOtherSessionsContract = defineContract({
  name: 'endOtherSessions',
  method: 'delete',
  path: '/v1/members/me/sessions',
  tag: 'Members',
  summary: 'End all other sessions',
  description: 'All of yours but the one that asks.',
  caller: 'member',
  answers: {
    200: { description: 'They have ended.', schema: z.strictObject({ ended: countShape }) },
  },
});
