import { verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  cose,
  decodeAttestationObject,
  decodeCredentialPublicKey,
  isoBase64URL,
} from '@simplewebauthn/server/helpers';
import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import { enrolMember } from '../members/enrol-member.ts';
import type { Member } from '../members/member.ts';
import { type DeviceKey, deviceKeyAccount } from '../protocol/account.ts';
import { bytesToHex } from '../protocol/bytes.ts';
import { takeChallenge } from '../sessions/challenges.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { passkeyDomainOf } from './offer-passkey.ts';
import { challengeIn, ES256, type NewPasskey, type Passkey } from './passkey.ts';
import { insertPasskey } from './passkeys.repository.ts';

type RegisterDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;

const COALITION = 0;

/** A passkey that is now known, and the member for whom it was made. */
export interface RegisteredPasskey {
  readonly member: Member;
  readonly isNew: boolean;
  readonly passkey: Pick<Passkey, 'credentialId' | 'key'>;
}

/**
 * Takes a new passkey: as the first key of a new account, which its key names, or for the member who is signed in, whose account it is no key of
 * until the chain says so. No session is opened by it: a public key is no secret, so only a signature proves who somebody is.
 * @throws DomainError SIGN_IN_CHALLENGE_INVALID, PASSKEY_INVALID, PASSKEY_KNOWN
 */
export async function registerPasskey(
  deps: RegisterDeps,
  {
    credential,
    account,
    page,
  }: { credential: NewPasskey; account: Address | null; page: string | undefined },
): Promise<RegisteredPasskey> {
  const { userHandle, challenge } = await takeOwnChallenge(deps, { credential, account, page });
  const { id, publicKey, counter, backedUp } = await verify(deps, credential, challenge);
  const key = deviceKeyAccount(publicKey);
  const enrolment = account ? { account } : { publicKey, kind: 'passkey' as const };
  const { member, isNew } = await enrolMember(deps, enrolment);
  const passkey = {
    credentialId: id,
    account: member.account,
    key,
    publicKey,
    userHandle,
    signCount: BigInt(counter),
    transports: credential.response.transports ?? [],
    backedUp,
    createdAt: deps.clock.now(),
  };
  await transact(deps.pool, async (tx) => {
    if (!(await insertPasskey(tx, passkey))) throw new DomainError('PASSKEY_KNOWN');
    await appendAudit(tx, {
      partner: COALITION,
      actor: `account:${member.account}`,
      action: 'passkey.registered',
      subject: `account:${member.account}`,
      after: { key, backedUp },
    });
  });
  return { member, isNew, passkey };
}

async function takeOwnChallenge(
  deps: RegisterDeps,
  {
    credential,
    account,
    page,
  }: { credential: NewPasskey; account: Address | null; page: string | undefined },
): Promise<{ userHandle: Buffer; challenge: Buffer }> {
  const challenge = challengeIn(credential.response.clientDataJSON);
  if (!challenge) throw new DomainError('SIGN_IN_CHALLENGE_INVALID');
  const taken = await takeChallenge(deps, { challenge, purpose: 'registration', page });
  if (!taken.userHandle || taken.account !== account) throw new DomainError('SIGN_IN_CHALLENGE_INVALID');
  return { userHandle: taken.userHandle, challenge };
}

const refuse = (cause?: unknown) =>
  new DomainError('PASSKEY_INVALID', {
    ...(cause instanceof Error && { message: `${cause.message}.` }),
    fields: [{ field: 'credential', message: 'This is no passkey for this site.' }],
    cause,
  });

async function verify(
  { config }: Pick<Deps, 'config'>,
  credential: NewPasskey,
  challenge: Buffer,
): Promise<{ id: string; publicKey: DeviceKey; counter: number; backedUp: boolean }> {
  try {
    refuseForeignAttestation(credential.response.attestationObject);
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: credential as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: [...config.origins],
      expectedRPID: passkeyDomainOf(config),
      requireUserVerification: true,
      supportedAlgorithmIDs: [ES256],
    });
    const publicKey = info && keyIn(info.credential.publicKey);
    if (!verified || !publicKey || info.credential.id !== credential.id) throw refuse();
    const { id, counter } = info.credential;
    return { id, publicKey, counter, backedUp: info.credentialBackedUp };
  } catch (cause) {
    throw cause instanceof DomainError ? cause : refuse(cause);
  }
}

/**
 * Only what a browser gives without attestation passes: none, or the key's own signature. A certificate could name addresses for its checker to
 * call, and nobody here asks who made the authenticator.
 */
function refuseForeignAttestation(attestationObject: string): void {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format: string = decoded.get('fmt');
  if (format === 'none') return;
  if (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined) return;
  throw refuse();
}

/** The P-256 key in COSE; null when it is another kind. */
function keyIn(publicKey: Uint8Array<ArrayBuffer>): DeviceKey | null {
  const decoded = decodeCredentialPublicKey(publicKey);
  if (!cose.isCOSEPublicKeyEC2(decoded) || decoded.get(cose.COSEKEYS.crv) !== cose.COSECRV.P256) return null;
  const [x, y] = [decoded.get(cose.COSEKEYS.x), decoded.get(cose.COSEKEYS.y)];
  return x?.length === 32 && y?.length === 32 ? { x: bytesToHex(x), y: bytesToHex(y) } : null;
}
