/** Sessions of members for tests of the API. */
import type { Hex } from 'viem';
import { packDeviceSignature } from '../../backend/protocol/account.ts';
import { domainOf, SIGN_IN_TYPES, signInDigest } from '../../backend/protocol/acts.ts';
import { hexToBytes } from '../../backend/protocol/bytes.ts';
import { NETWORK, ORIGIN, type TestApi } from './api.ts';
import type { DeviceMember, EoaMember } from './members.ts';

/** A session's token for a member that signs in as of the API's own clock. Sign in once a second per member. */
export async function signInAs(api: TestApi, member: EoaMember | DeviceMember): Promise<string> {
  const signIn = { account: member.account, origin: ORIGIN, issuedAt: api.program.deps.clock.seconds() };
  const signature =
    'wallet' in member
      ? ((await member.wallet.signTypedData(
          domainOf(NETWORK),
          { SignIn: [...SIGN_IN_TYPES.SignIn] },
          signIn,
        )) as Hex)
      : packDeviceSignature(member.key, await member.signRaw(hexToBytes(signInDigest(signIn, NETWORK))));
  const { body } = await api.post('/v1/sessions', { ...signIn, signature });
  return body.token;
}
