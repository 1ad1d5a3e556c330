import { encodeFunctionData, type Hex, hashMessage } from 'viem';
import type { z } from 'zod';
import { simulate } from '../chain/simulate.ts';
import { enrolMember } from '../members/enrol-member.ts';
import { verifyAccountSignature } from '../protocol/account.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import { makeChallenge, takeChallenge } from '../sessions/challenges.ts';
import { checkOrigin } from '../sessions/check-origin.ts';
import { type OpenedSession, SIGN_IN_WINDOW_SECONDS } from '../sessions/session.ts';
import { storeSession } from '../sessions/store-session.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type ReadSiweMessage, readSiweMessage, siweRefusal, type siweSignInSchema } from './siwe-message.ts';

type SignInDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'chain' | 'network'>;

/** The most gas that a wallet's contract gets to check a signature; the members' keys allow as much. */
const ERC1271_GAS = 150_000n;
/** What the call around it costs, calldata of the longest signature included. */
const CALL_GAS = 200_000n;
const MAGIC = '0x1626ba7e';
const ERC1271_ABI = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [{ type: 'bytes32' }, { type: 'bytes' }],
    outputs: [{ type: 'bytes4' }],
  },
] as const;

/** A nonce for one message, good for five minutes. `page` is the page that asks, where its browser says it. */
export async function makeNonce(deps: SignInDeps, page: string | undefined): Promise<string> {
  const challenge = await makeChallenge(deps, {
    purpose: 'siwe',
    account: null,
    userHandle: null,
    origin: page ?? null,
  });
  return challenge.toString('hex');
}

/**
 * Opens a session for the EOA or the wallet contract (ERC-1271) that signed a message by ERC-4361 for this site and chain, with a nonce of ours.
 * @throws DomainError SIWE_MESSAGE_INVALID, SIGN_IN_ORIGIN_FOREIGN, SIGN_IN_STALE, SIGN_IN_CHALLENGE_INVALID, SIGN_IN_SIGNATURE_INVALID,
 * CHAIN_UNAVAILABLE
 */
export async function signInWithEthereum(
  deps: SignInDeps,
  {
    request,
    page,
    userAgent,
  }: { request: z.output<typeof siweSignInSchema>; page: string | undefined; userAgent: string | undefined },
): Promise<OpenedSession> {
  const message = readSiweMessage(request.message);
  const origin = checkSite(deps, message, page);
  checkTimes(deps.clock.now(), message);
  const challenge = Buffer.from(/^[0-9a-f]{32}$/.test(message.nonce) ? message.nonce : '', 'hex');
  await takeChallenge(deps, { challenge, purpose: 'siwe', page });
  if (!(await isSignedBy(deps, message, request)))
    throw new DomainError('SIGN_IN_SIGNATURE_INVALID', {
      fields: [{ field: 'signature', message: `This is not a signature of ${message.address}.` }],
    });
  const account = message.address;
  await enrolMember(deps, { account });
  return storeSession(deps, { account, origin, method: 'wallet', key: null, userAgent });
}

/** The origin that the message is for: its URI's, whose host is its domain. */
function checkSite(
  { config, network }: SignInDeps,
  { domain, scheme, uri, chainId }: ReadSiweMessage,
  page: string | undefined,
): string {
  const { origin, host, protocol } = new URL(uri);
  checkOrigin(config.origins, { signed: origin, page, field: 'message' });
  if (host !== domain) throw siweRefusal('domain', `It is ${domain}, and the URI is of ${host}.`);
  if (scheme !== undefined && `${scheme}:` !== protocol)
    throw siweRefusal('scheme', `It is ${scheme}, and the URI is ${protocol}`);
  if (chainId !== network.chainId)
    throw siweRefusal('chainId', `It is ${chainId}, and this chain is ${network.chainId}.`);
  return origin;
}

function checkTimes(now: Date, { issuedAt, expirationTime, notBefore }: ReadSiweMessage): void {
  const stale = (field: string, message: string) =>
    new DomainError('SIGN_IN_STALE', { fields: [{ field: 'message', message: `${field}: ${message}` }] });
  const ageSeconds = Math.abs(now.getTime() - issuedAt.getTime()) / 1000;
  if (ageSeconds > SIGN_IN_WINDOW_SECONDS) throw stale('issuedAt', 'Sign with the present time.');
  if (expirationTime && expirationTime <= now) throw stale('expirationTime', 'It has passed.');
  if (notBefore && notBefore > now) throw stale('notBefore', 'It is yet to come.');
}

/** An EOA signs for itself, delegated or not (EIP-7702); if it did not, the code at its address is asked. */
async function isSignedBy(
  deps: SignInDeps,
  { address }: ReadSiweMessage,
  { message, signature }: { message: string; signature: Hex },
): Promise<boolean> {
  const digest = hashMessage(message);
  const isPlain = signature.length <= 2 + 2 * 65;
  if (isPlain && (await verifyAccountSignature({ account: address, digest, signature }, recoverEoaNative)))
    return true;
  const args = [digest, signature] as const;
  const data = encodeFunctionData({ abi: ERC1271_ABI, functionName: 'isValidSignature', args });
  const gas = ERC1271_GAS + CALL_GAS;
  const simulation = await simulate(deps, { to: address, data, gas });
  return 'result' in simulation && simulation.result === MAGIC.padEnd(2 + 64, '0');
}
