/** Members of all kinds, each with a way to sign acts that its real wallet has. */
import { keccak256, Signature, type TypedDataField, toBeHex, toUtf8Bytes, Wallet } from 'ethers';
import type { Address, Hex } from 'viem';
import { deviceKeyAccount, packDeviceSignature, parseJwk } from '../../backend/protocol/account.ts';
import { type Act, actDigest, type Network, typedDataOf } from '../../backend/protocol/acts.ts';
import { bytesToBigInt, bytesToHex, hexToBytes } from '../../backend/protocol/bytes.ts';
import { assertAsPasskey, makeP256Key } from './passkey.ts';

/** Somebody who holds points and signs acts, never with a transaction. */
export interface Member {
  readonly account: Address;
  sign(act: Act, network: Network): Promise<Hex>;
}

/** A member whose account is an EOA; signs by ethers' own EIP-712, not by the project's. */
export interface EoaMember extends Member {
  readonly wallet: Wallet;
  /** The same signature in 64 bytes (EIP-2098). */
  signCompact(act: Act, network: Network): Promise<Hex>;
}

/** A member whose account is named by a P-256 key of WebCrypto; signs by the project's own digest. */
export interface DeviceMember extends Member {
  readonly key: { readonly x: Hex; readonly y: Hex };
  /** r‖s over SHA-256 of the given bytes, as WebCrypto makes it: s may be high. */
  signRaw(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ECDSA_SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A member with an EOA, the same one for the same name. */
export function eoaMember(name: string): EoaMember {
  const wallet = new Wallet(keccak256(toUtf8Bytes(`member ${name}`)));
  const sign = async (act: Act, network: Network) => {
    const { domain, types, message } = typedDataOf(act, network);
    const fields: Record<string, TypedDataField[]> = {};
    for (const [struct, list] of Object.entries(types)) fields[struct] = [...list];
    return (await wallet.signTypedData(domain, fields, message)) as Hex;
  };
  return {
    account: wallet.address as Address,
    wallet,
    sign,
    signCompact: async (act, network) => Signature.from(await sign(act, network)).compactSerialized as Hex,
  };
}

/** A member with a new device key. */
export async function deviceMember(): Promise<DeviceMember> {
  const pair = await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']);
  const key = parseJwk(await crypto.subtle.exportKey('jwk', pair.publicKey));
  if (!key) throw new TypeError('WebCrypto made a key that is not P-256');
  const signRaw = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign(ECDSA_SHA256, pair.privateKey, bytes));
  return {
    account: deviceKeyAccount(key),
    key,
    signRaw,
    sign: async (act, network) =>
      packDeviceSignature(key, await signRaw(hexToBytes(actDigest(act, network)))),
  };
}

/** A member with a new passkey. */
export function passkeyMember(): Member {
  const key = makeP256Key();
  return {
    account: deviceKeyAccount({ x: key.x as Hex, y: key.y as Hex }),
    sign: async (act, network) => assertAsPasskey(key, actDigest(act, network)) as Hex,
  };
}

/** The other s of a signature, which verifies as well by the bare curve equation: s → n − s. */
export function withHighS(signature: Hex, { offset, order }: { offset: number; order: bigint }): Hex {
  const bytes = hexToBytes(signature);
  const s = bytesToBigInt(bytes.subarray(offset, offset + 32));
  bytes.set(hexToBytes(toBeHex(order - s, 32) as Hex), offset);
  return bytesToHex(bytes);
}

export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
export const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
