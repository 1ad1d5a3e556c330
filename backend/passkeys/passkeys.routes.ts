import type { Request, Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { listPasskeys } from './list-passkeys.ts';
import { offerPasskey, offerSignIn } from './offer-passkey.ts';
import {
  listPasskeysContract,
  offerFirstPasskeyContract,
  offerFurtherPasskeyContract,
  offerPasskeySignInContract,
  registerFirstPasskeyContract,
  registerFurtherPasskeyContract,
  signInByPasskeyContract,
} from './passkeys.contracts.ts';
import { type RegisteredPasskey, registerPasskey } from './register-passkey.ts';
import { signInByPasskey } from './sign-in-by-passkey.ts';

const pageOf = ({ headers }: Request) => headers.origin;
const named = ({ passkey }: RegisteredPasskey) => ({ id: passkey.credentialId, key: passkey.key });

/** POST /passkeys, /passkeys/options; GET, POST /members/me/passkeys, POST /members/me/passkeys/options; POST /sessions/passkey, …/options */
export const passkeysRouter = (deps: Deps): Router =>
  serve(deps, [
    on(offerFirstPasskeyContract, async ({ body, request }) => ({
      body: await offerPasskey(deps, { account: null, name: body.name, page: pageOf(request) }),
    })),
    on(registerFirstPasskeyContract, async ({ body, request }) => {
      const from = { account: null, page: pageOf(request) };
      const registered = await registerPasskey(deps, { ...body, ...from });
      return { status: 201, body: { member: registered.member, passkey: named(registered) } };
    }),
    on(offerFurtherPasskeyContract, async ({ body, request }) => {
      const from = { account: sessionOf(request), page: pageOf(request) };
      return { body: await offerPasskey(deps, { name: body.name, ...from }) };
    }),
    on(registerFurtherPasskeyContract, async ({ body, request }) => {
      const from = { account: sessionOf(request), page: pageOf(request) };
      const registered = await registerPasskey(deps, { ...body, ...from });
      return { status: 201, body: { passkey: named(registered) } };
    }),
    on(listPasskeysContract, async ({ request }) => ({
      body: { passkeys: await listPasskeys(deps, sessionOf(request)) },
    })),
    on(offerPasskeySignInContract, async ({ request }) => ({
      body: await offerSignIn(deps, pageOf(request)),
    })),
    on(signInByPasskeyContract, async ({ body: { credential, account }, request }) => {
      const from = { page: pageOf(request), userAgent: request.headers['user-agent'] };
      return { status: 201, body: await signInByPasskey(deps, { credential, account, ...from }) };
    }),
  ]);
