import { randomBytes } from 'node:crypto';
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import type { Address } from 'viem';
import type { Config } from '../config.ts';
import { makeChallenge } from '../sessions/challenges.ts';
import type { Deps } from '../shared/deps.ts';
import { ES256, PASSKEY_TIMEOUT_MS } from './passkey.ts';
import { readPasskeys } from './passkeys.repository.ts';

type OfferDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;

/** Passkeys that a member can have here. */
export const PASSKEYS_LIMIT = 50;

/** The domain (WebAuthn's RP id) that passkeys are made for. */
export const passkeyDomainOf = ({ passkeyDomain, origins }: Pick<Config, 'passkeyDomain' | 'origins'>) =>
  passkeyDomain ?? new URL(origins[0] ?? 'http://localhost').hostname;

/** The options for `navigator.credentials.create`: for a new account, or for a further key of `account`. `page` is the page that asks. */
export async function offerPasskey(
  deps: OfferDeps,
  { account, name, page }: { account: Address | null; name: string | undefined; page: string | undefined },
) {
  // Never the same for two passkeys: an authenticator would put the second in place of the first.
  const userHandle = randomBytes(32);
  const origin = page ?? null;
  const challenge = await makeChallenge(deps, { purpose: 'registration', account, userHandle, origin });
  const known = account ? await readPasskeys(deps.pool, account, PASSKEYS_LIMIT) : [];
  return generateRegistrationOptions({
    rpName: deps.config.name,
    rpID: passkeyDomainOf(deps.config),
    userName: name ?? deps.config.name,
    userDisplayName: name ?? '',
    userID: new Uint8Array(userHandle),
    challenge: new Uint8Array(challenge),
    timeout: PASSKEY_TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: [ES256],
    excludeCredentials: known.map(({ credentialId: id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** The options for `navigator.credentials.get`. Which passkeys there are is not told: the authenticator shows its user those of this site. */
export async function offerSignIn(deps: OfferDeps, page: string | undefined) {
  const challenge = await makeChallenge(deps, {
    purpose: 'authentication',
    account: null,
    userHandle: null,
    origin: page ?? null,
  });
  return generateAuthenticationOptions({
    rpID: passkeyDomainOf(deps.config),
    challenge: new Uint8Array(challenge),
    timeout: PASSKEY_TIMEOUT_MS,
    userVerification: 'required',
  });
}
