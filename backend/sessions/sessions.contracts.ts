import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { instantShape } from '../api/shapes.ts';
import { signInSchema } from './session.ts';

export const openSessionContract = defineContract({
  name: 'openSession',
  method: 'post',
  path: '/v1/sessions',
  tag: 'Members',
  summary: 'Sign in',
  description:
    'Opens a session for whoever signed `SignIn(address account,string origin,uint48 issuedAt)` (EIP-712, the domain of the network) with the key of the account, at most five minutes ago and for this site. Send the token as `authorization: Bearer …`.',
  caller: 'anyone',
  body: signInSchema,
  answers: {
    201: {
      description: 'The session. The token is in this answer and nowhere else.',
      schema: z
        .strictObject({ token: z.string().regex(/^tss_[A-Za-z0-9_-]{43}$/), expiresAt: instantShape })
        .meta({ id: 'Session' }),
    },
  },
  refusals: ['SIGN_IN_ORIGIN_FOREIGN', 'SIGN_IN_STALE', 'SIGN_IN_SIGNATURE_INVALID', 'SIGN_IN_USED'],
});
