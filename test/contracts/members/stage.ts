/** A MemberKeys whose coalition is an ordinary account, and people with keys of every kind. */
import { type BytesLike, Wallet } from 'ethers';
import type { Address, Hex } from 'viem';
import { deviceKeyAccount } from '../../../backend/protocol/account.ts';
import {
  type KeyChange,
  type KeyRole,
  keyChangeDigest,
  keyChangeStruct,
  keyRoleNumber,
  packContractKeySignature,
} from '../../../backend/protocol/keys.ts';
import { ethers, provider, START } from '../../helpers/chain.ts';
import { eoaMember } from '../../helpers/members.ts';
import { assertAsPasskey, makeP256Key, signAsDevice } from '../../helpers/passkey.ts';

export const NOBODY = ethers.ZeroAddress;
export const DAY = 86_400;
export const WAIT = 7 * DAY;
export const DIGEST = ethers.id('an act') as Hex;

/** Something that signs digests and has a name. */
export interface Signer {
  readonly name: Address;
  sign(digest: Hex): Hex;
}

/** An EOA, the same one for the same word. */
export function eoaKey(word: string): Signer {
  const { wallet, account } = eoaMember(word);
  return { name: account, sign: (digest) => wallet.signingKey.sign(digest).serialized as Hex };
}

function p256Key(sign: (key: ReturnType<typeof makeP256Key>, digest: string) => string): Signer {
  const key = makeP256Key();
  const name = deviceKeyAccount({ x: key.x as Hex, y: key.y as Hex });
  return { name, sign: (digest) => sign(key, digest) as Hex };
}

export const deviceKey = () => p256Key(signAsDevice);
export const passkey = () => p256Key(assertAsPasskey);

/** A contract as an added key: asked with what `inner` signs, or with an empty signature. */
export async function contractKey(contract: string, args: unknown[] = [], inner?: Signer): Promise<Signer> {
  const deployed = await ethers.deployContract(contract, args);
  const name = (await deployed.getAddress()) as Address;
  return { name, sign: (digest) => packContractKeySignature(name, inner?.sign(digest) ?? '0x') };
}

/** The stage. `change` fills in what a test leaves out; `submit` signs a change and sends it. */
export async function keysFixture() {
  const [coalition, relay] = await ethers.getSigners();
  if (!coalition || !relay) throw new TypeError('the network has no accounts');
  const keys = await ethers.deployContract('MemberKeys', { signer: coalition });
  const network = {
    chainId: Number(await provider.request({ method: 'eth_chainId' })),
    memberKeys: (await keys.getAddress()) as Address,
  };
  const ana = eoaKey('ana');
  const change = async (fields: Partial<KeyChange>): Promise<KeyChange> => {
    const member = fields.member ?? ana.name;
    const nonce = Number(await keys.nextNonce(member));
    const rest = {
      key: NOBODY as Address,
      role: 'full',
      dailyLimit: 0n,
      deadline: START + 1_000 * DAY,
    } as const;
    return { ...rest, nonce, ...fields, member };
  };
  const send = (signed: KeyChange, signature: BytesLike) =>
    keys.connect(relay).changeKey(keyChangeStruct(signed), signature);
  const submit = async (fields: Partial<KeyChange>, signer: Signer = ana) => {
    const signed = await change(fields);
    return send(signed, signer.sign(keyChangeDigest(signed, network)));
  };
  /** Lets a full key of ana's give `key` a role. */
  const add = (key: Signer, role: KeyRole, dailyLimit = 0n) => submit({ key: key.name, role, dailyLimit });
  const authorityOf = (signer: Signer, member: Address = ana.name, digest: Hex = DIGEST) =>
    keys.authorityOf(member, digest, signer.sign(digest));
  const roleOf = async (key: Signer, member: Address = ana.name) =>
    Number((await keys.keyOf(member, key.name)).role);
  return { keys, network, coalition, relay, ana, change, send, submit, add, authorityOf, roleOf };
}

export const FULL = keyRoleNumber('full');
export const LIMITED = keyRoleNumber('limited');
export const RECOVERY = keyRoleNumber('recovery');
export const SUCCESSOR = keyRoleNumber('successor');
export const NONE = keyRoleNumber('none');

/** A new EOA. */
export const strangerKey = (): Signer => {
  const wallet = Wallet.createRandom();
  return {
    name: wallet.address as Address,
    sign: (digest) => wallet.signingKey.sign(digest).serialized as Hex,
  };
};
