import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Address } from 'viem';
import { z } from 'zod';
import { mayAct } from '../member-keys/key-powers.ts';
import { enrolMember } from '../members/enrol-member.ts';
import { takeChallenge } from '../sessions/challenges.ts';
import type { OpenedSession } from '../sessions/session.ts';
import { storeSession } from '../sessions/store-session.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { passkeyDomainOf } from './offer-passkey.ts';
import { challengeIn, type Passkey, type PasskeyAssertionJson, toCose } from './passkey.ts';
import { countSignature, findPasskey } from './passkeys.repository.ts';

type SignInDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'chain' | 'network' | 'logger'>;

/** An assertion, the account that it is to open, and the page and browser it comes from. */
export interface PasskeySignIn {
  readonly credential: PasskeyAssertionJson;
  /** The one for which the passkey was made unless given. */
  readonly account: Address | undefined;
  readonly page: string | undefined;
  readonly userAgent: string | undefined;
}

/**
 * Opens a session by a passkey's signature of our challenge, user verified. For an account that another key names, the chain has to say that
 * this key may act for it, now.
 * @throws DomainError SIGN_IN_CHALLENGE_INVALID, PASSKEY_UNKNOWN, PASSKEY_ASSERTION_INVALID, PASSKEY_COUNTER_BEHIND, SIGN_IN_KEY_POWERLESS,
 * CHAIN_UNAVAILABLE
 */
export async function signInByPasskey(
  deps: SignInDeps,
  { credential, account: wanted, page, userAgent }: PasskeySignIn,
): Promise<OpenedSession> {
  const challenge = challengeIn(credential.response.clientDataJSON);
  if (!challenge) throw new DomainError('SIGN_IN_CHALLENGE_INVALID');
  await takeChallenge(deps, { challenge, purpose: 'authentication', page });
  const passkey = await findPasskey(deps.pool, credential.id);
  if (!passkey) throw new DomainError('PASSKEY_UNKNOWN');
  const { origin, count, backedUp } = await verify(deps, { credential, passkey, challenge });
  const { credentialId, key } = passkey;
  if (!(await countSignature(deps.pool, { credentialId, count, backedUp, now: deps.clock.now() }))) {
    deps.logger.warn({ key, count, known: passkey.signCount }, 'a passkey counts less than before');
    throw new DomainError('PASSKEY_COUNTER_BEHIND', {
      details: { count, known: passkey.signCount.toString() },
    });
  }
  const account = wanted ?? passkey.account;
  if (!(await mayAct(deps, { account, key })))
    throw new DomainError('SIGN_IN_KEY_POWERLESS', { details: { account, key } });
  await enrolMember(deps, { account });
  const isOwn = key === account;
  return storeSession(deps, { account, origin, method: 'passkey', key: isOwn ? null : key, userAgent });
}

const refuse = (cause?: unknown) =>
  new DomainError('PASSKEY_ASSERTION_INVALID', {
    ...(cause instanceof Error && { message: `${cause.message}.` }),
    fields: [{ field: 'credential', message: 'This is no signature of the passkey for this sign-in.' }],
    cause,
  });

async function verify(
  { config }: Pick<Deps, 'config'>,
  {
    credential,
    passkey,
    challenge,
  }: { credential: PasskeyAssertionJson; passkey: Passkey; challenge: Buffer },
): Promise<{ origin: string; count: number; backedUp: boolean }> {
  const { userHandle, clientDataJSON } = credential.response;
  if (userHandle && !Buffer.from(userHandle, 'base64url').equals(passkey.userHandle)) throw refuse();
  if (isFramed(clientDataJSON)) throw refuse();
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: credential as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: [...config.origins],
      expectedRPID: passkeyDomainOf(config),
      requireUserVerification: true,
      // What it counts is judged once the signature holds, and in the database.
      credential: { id: passkey.credentialId, publicKey: toCose(passkey.publicKey), counter: 0 },
    });
    if (!verified) throw refuse();
    return { origin: info.origin, count: info.newCounter, backedUp: info.credentialBackedUp };
  } catch (cause) {
    throw cause instanceof DomainError ? cause : refuse(cause);
  }
}

/** Whether the signature was made in a frame of another site, which no page of ours is for. */
function isFramed(clientDataJson: string): boolean {
  const text = Buffer.from(clientDataJson, 'base64url').toString();
  return z.object({ crossOrigin: z.literal(true) }).safeParse(JSON.parse(text)).success;
}
