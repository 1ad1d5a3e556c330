import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { opensSession } from '../sessions/sessions.contracts.ts';
import { siweSignInSchema } from './siwe-message.ts';

export const readNonceContract = defineContract({
  name: 'readNonce',
  method: 'get',
  path: '/v1/sessions/siwe/nonce',
  tag: 'Members',
  summary: 'Begin to sign in with Ethereum',
  description: 'A nonce for one message by ERC-4361, good for five minutes.',
  caller: 'anyone',
  answers: {
    200: {
      description: 'The nonce; a new one each time.',
      schema: z.strictObject({ nonce: z.string().regex(/^[0-9a-f]{32}$/) }),
    },
  },
});

export const signInWithEthereumContract = defineContract({
  name: 'signInWithEthereum',
  method: 'post',
  path: '/v1/sessions/siwe',
  tag: 'Members',
  summary: 'Sign in with Ethereum',
  description:
    'Opens a session for the EOA or the wallet contract (ERC-1271) that signed a message by ERC-4361: its domain and URI are this site’s, its chain this network’s, its nonce ours, and it was issued at most five minutes ago.',
  caller: 'anyone',
  body: siweSignInSchema,
  answers: opensSession,
  refusals: [
    'SIWE_MESSAGE_INVALID',
    'SIGN_IN_ORIGIN_FOREIGN',
    'SIGN_IN_STALE',
    'SIGN_IN_CHALLENGE_INVALID',
    'SIGN_IN_SIGNATURE_INVALID',
    'CHAIN_UNAVAILABLE',
  ],
});
