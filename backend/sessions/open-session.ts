import type { Address, Hex } from 'viem';
import type { z } from 'zod';
import { findAuthority } from '../member-keys/find-authority.ts';
import { enrolMember } from '../members/enrol-member.ts';
import { type DeviceKey, verifyAccountSignature } from '../protocol/account.ts';
import { signInDigest } from '../protocol/acts.ts';
import { keyName } from '../protocol/keys.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { checkOrigin } from './check-origin.ts';
import {
  type OpenedSession,
  SIGN_IN_WINDOW_SECONDS,
  type SignInMethod,
  type signInSchema,
} from './session.ts';
import { storeSession } from './store-session.ts';

type SignInRequest = z.output<typeof signInSchema>;

/**
 * Opens a session for whoever signed the SignIn, and enrols them if need be: by the account's own key, or by one that the chain says may act
 * for it. The token is in the answer and nowhere else. `pageOrigin` is the browser's own word for the page, which has to be the one that
 * was signed.
 * @throws DomainError SIGN_IN_ORIGIN_FOREIGN, SIGN_IN_STALE, SIGN_IN_SIGNATURE_INVALID, SIGN_IN_USED, CHAIN_UNAVAILABLE
 */
export async function openSession(
  deps: Pick<Deps, 'pool' | 'clock' | 'config' | 'network' | 'chain'>,
  {
    request,
    pageOrigin,
    userAgent,
  }: { request: SignInRequest; pageOrigin: string | undefined; userAgent: string | undefined },
): Promise<OpenedSession> {
  const { account, origin, issuedAt, signature } = request;
  checkOrigin(deps.config.origins, { signed: origin, page: pageOrigin });
  checkAge(deps.clock.seconds(), issuedAt);
  const digest = signInDigest({ account, origin, issuedAt }, deps.network);
  const isOwn = await verifyAccountSignature({ account, digest, signature }, recoverEoaNative);
  const authority = isOwn ? account : await findAuthority(deps, { account, digest, signature });
  if (authority === null)
    throw new DomainError('SIGN_IN_SIGNATURE_INVALID', {
      fields: [{ field: 'signature', message: `This is not a signature of ${account} for this sign-in.` }],
    });
  const isDevice = isOwn && signature.length === 2 + 2 * 128;
  await enrolMember(deps, isDevice ? { publicKey: keyIn(signature) } : { account });
  const method = methodOf(signature);
  const key = isOwn ? null : nameOf(signature, authority);
  return storeSession(deps, { account, origin, issuedAt, method, key, userAgent });
}

const keyIn = (signature: string): DeviceKey => ({
  x: `0x${signature.slice(2, 66)}`,
  y: `0x${signature.slice(66, 130)}`,
});

/** What kind of key makes signatures of this length; what is as long as a passkey's may also be for a contract. */
function methodOf(signature: Hex): SignInMethod {
  const size = signature.length / 2 - 1;
  if (size <= 65) return 'eoa';
  return size === 128 ? 'device' : 'passkey';
}

/** The key behind an added signature, as far as its form says it; who has power is known anyway. */
const nameOf = (signature: Hex, authority: Address): Address =>
  signature.length >= 2 + 2 * 128 ? keyName(keyIn(signature)) : authority;

function checkAge(now: number, issuedAt: number): void {
  if (Math.abs(now - issuedAt) <= SIGN_IN_WINDOW_SECONDS) return;
  throw new DomainError('SIGN_IN_STALE', {
    message: `The sign-in is ${Math.abs(now - issuedAt)} seconds ${issuedAt < now ? 'old' : 'in the future'}.`,
    details: { issuedAt, now, windowSeconds: SIGN_IN_WINDOW_SECONDS },
    fields: [{ field: 'issuedAt', message: 'Sign with the present time in Unix seconds.' }],
  });
}
