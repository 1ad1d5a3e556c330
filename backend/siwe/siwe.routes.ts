import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { makeNonce, signInWithEthereum } from './sign-in-with-ethereum.ts';
import { readNonceContract, signInWithEthereumContract } from './siwe.contracts.ts';

/** GET /sessions/siwe/nonce, POST /sessions/siwe */
export const siweRouter = (deps: Deps): Router =>
  serve(deps, [
    on(readNonceContract, async ({ request }) => ({
      body: { nonce: await makeNonce(deps, request.headers.origin) },
    })),
    on(signInWithEthereumContract, async ({ body, request: { headers } }) => {
      const from = { page: headers.origin, userAgent: headers['user-agent'] };
      return { status: 201, body: await signInWithEthereum(deps, { request: body, ...from }) };
    }),
  ]);
