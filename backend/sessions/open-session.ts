import type { z } from 'zod';
import { enrolMember } from '../members/enrol-member.ts';
import { verifyAccountSignature } from '../protocol/account.ts';
import { signInDigest } from '../protocol/acts.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError, hasErrorCode } from '../shared/errors.ts';
import { randomToken, sha256 } from '../shared/ids.ts';
import { SESSION_SECONDS, SIGN_IN_WINDOW_SECONDS, type signInSchema } from './session.ts';

type SignInRequest = z.output<typeof signInSchema>;

/**
 * Opens a session for whoever signed the SignIn, and enrols them if need be. The token is in the answer and nowhere else.
 * `pageOrigin` is the browser's own word for the page, which has to be the one that was signed.
 * @throws DomainError SIGN_IN_ORIGIN_FOREIGN, SIGN_IN_STALE, SIGN_IN_SIGNATURE_INVALID, SIGN_IN_USED
 */
export async function openSession(
  deps: Pick<Deps, 'prisma' | 'pool' | 'clock' | 'config' | 'network'>,
  { request, pageOrigin }: { request: SignInRequest; pageOrigin: string | undefined },
): Promise<{ token: string; expiresAt: string }> {
  checkOrigin(deps.config.origins, request.origin, pageOrigin);
  checkAge(deps.clock.seconds(), request.issuedAt);
  const { account, origin, issuedAt, signature } = request;
  const digest = signInDigest({ account, origin, issuedAt }, deps.network);
  if (!(await verifyAccountSignature({ account, digest, signature }, recoverEoaNative)))
    throw new DomainError('SIGN_IN_SIGNATURE_INVALID', {
      fields: [{ field: 'signature', message: `This is not a signature of ${account} for this sign-in.` }],
    });
  await enrolMember(deps, signature.length === 2 + 2 * 128 ? { publicKey: keyIn(signature) } : { account });
  return storeSession(deps, request);
}

const keyIn = (signature: string) => ({
  x: `0x${signature.slice(2, 66)}` as const,
  y: `0x${signature.slice(66, 130)}` as const,
});

function checkOrigin(allowed: readonly string[], signed: string, page: string | undefined): void {
  if (allowed.includes(signed) && (page === undefined || page === signed)) return;
  throw new DomainError('SIGN_IN_ORIGIN_FOREIGN', {
    message: `The sign-in names the origin ${signed}.`,
    details: { signed, page: page ?? null },
    fields: [{ field: 'origin', message: `Sign in from one of: ${allowed.join(', ')}.` }],
  });
}

function checkAge(now: number, issuedAt: number): void {
  if (Math.abs(now - issuedAt) <= SIGN_IN_WINDOW_SECONDS) return;
  throw new DomainError('SIGN_IN_STALE', {
    message: `The sign-in is ${Math.abs(now - issuedAt)} seconds ${issuedAt < now ? 'old' : 'in the future'}.`,
    details: { issuedAt, now, windowSeconds: SIGN_IN_WINDOW_SECONDS },
    fields: [{ field: 'issuedAt', message: 'Sign with the present time in Unix seconds.' }],
  });
}

async function storeSession(
  { prisma, clock }: Pick<Deps, 'prisma' | 'clock'>,
  { account, origin, issuedAt }: SignInRequest,
): Promise<{ token: string; expiresAt: string }> {
  const token = `tss_${randomToken(32)}`;
  const expiresAt = new Date((clock.seconds() + SESSION_SECONDS) * 1000);
  const tokenHash = new Uint8Array(sha256(token));
  try {
    await prisma.session.create({
      data: { tokenHash, account: fromHex(account), origin, issuedAt: BigInt(issuedAt), expiresAt },
    });
  } catch (cause) {
    if (hasErrorCode(cause, 'P2002')) throw new DomainError('SIGN_IN_USED', { cause });
    throw cause;
  }
  return { token, expiresAt: expiresAt.toISOString() };
}
