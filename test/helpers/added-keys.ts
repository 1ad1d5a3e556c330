/** How members of a coalition change their keys, in the MemberKeys of its hub. */
import type { Address } from 'viem';
import {
  type KeyChange,
  type KeyRole,
  keyChangeDigest,
  keyChangeStruct,
} from '../../backend/protocol/keys.ts';
import { ethers } from './chain.ts';
import type { OpenCoalition } from './coalition.ts';
import { type Key, signWith } from './performer.ts';

/** The MemberKeys of a coalition; `change` gives `key` a role, signed by the member's own key unless told otherwise. */
export async function addedKeysOn({ hub, network, relay }: Pick<OpenCoalition, 'hub' | 'network' | 'relay'>) {
  const keys = await ethers.getContractAt('MemberKeys', await hub.memberKeys());
  const memberKeys = (await keys.getAddress()) as Address;
  const change = async (
    member: Key,
    { account }: Pick<Key, 'account'>,
    role: KeyRole,
    { dailyLimit = 0n, by = member }: { dailyLimit?: bigint; by?: Key } = {},
  ) => {
    const signed: KeyChange = {
      member: member.account,
      key: account,
      role,
      dailyLimit,
      nonce: Number(await keys.nextNonce(member.account)),
      deadline: 2 ** 40,
    };
    const digest = keyChangeDigest(signed, { chainId: network.chainId, memberKeys });
    return keys.connect(relay).changeKey(keyChangeStruct(signed), signWith(by, digest));
  };
  return { keys, change };
}
