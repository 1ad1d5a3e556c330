/** Members of all kinds, each with a way to sign acts that its real wallet has. */
import {
  AbiCoder,
  concat,
  keccak256,
  Signature,
  type TypedDataField,
  toBeHex,
  toUtf8Bytes,
  Wallet,
} from 'ethers';
import type { Address, Hex } from 'viem';
import { deviceKeyAccount, packDeviceSignature, parseJwk } from '../../backend/protocol/account.ts';
import { type Act, actDigest, type Network, typedDataOf } from '../../backend/protocol/acts.ts';
import { bytesToBigInt, bytesToHex, concatBytes, hexToBytes } from '../../backend/protocol/bytes.ts';

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

const utf8 = new TextEncoder();
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

async function p256Key() {
  const pair = await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']);
  const key = parseJwk(await crypto.subtle.exportKey('jwk', pair.publicKey));
  if (!key) throw new TypeError('WebCrypto made a key that is not P-256');
  const signRaw = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign(ECDSA_SHA256, pair.privateKey, bytes));
  return { account: deviceKeyAccount(key), key, signRaw };
}

/** A member with a new device key. */
export async function deviceMember(): Promise<DeviceMember> {
  const { account, key, signRaw } = await p256Key();
  return {
    account,
    key,
    signRaw,
    sign: async (act, network) =>
      packDeviceSignature(key, await signRaw(hexToBytes(actDigest(act, network)))),
  };
}

/** What an authenticator is told to do otherwise than a good one does. */
export interface AssertionQuirks {
  /** UP 0x01, UV 0x04, BE 0x08, BS 0x10. */
  readonly flags?: number;
  readonly type?: string;
  /** The bytes that are signed in the place of the act's digest. */
  readonly challenge?: Hex;
  readonly highS?: boolean;
}

/** A member with a passkey: what `navigator.credentials.get` returns for the act's digest, packed as the hub takes it. */
export interface PasskeyMember extends Member {
  assert(digest: Hex, quirks?: AssertionQuirks): Promise<Hex>;
}

/** Member with a new passkey, kept by an authenticator that asks for the finger and backs the key up. */
export async function passkeyMember(): Promise<PasskeyMember> {
  const { account, key, signRaw } = await p256Key();
  const assert = async (
    digest: Hex,
    { flags = 0x1d, type = 'webauthn.get', ...quirks }: AssertionQuirks = {},
  ) => {
    const challenge = Buffer.from(hexToBytes(quirks.challenge ?? digest)).toString('base64url');
    const clientData = JSON.stringify({
      type,
      challenge,
      origin: 'http://localhost:3000',
      crossOrigin: false,
    });
    const relyingParty = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode('localhost')));
    const authenticatorData = concatBytes(relyingParty, Uint8Array.of(flags, 0, 0, 0, 7));
    const clientDataHash = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(clientData)));
    const signature = await signRaw(concatBytes(authenticatorData, clientDataHash));
    const s = bytesToBigInt(signature.subarray(32));
    const wanted = s > P256_ORDER / 2n === Boolean(quirks.highS) ? s : P256_ORDER - s;
    const auth = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'],
      [
        signature.subarray(0, 32),
        toBeHex(wanted, 32),
        clientData.indexOf('"challenge"'),
        clientData.indexOf('"type"'),
        authenticatorData,
        clientData,
      ],
    );
    return concat([key.x, key.y, auth]) as Hex;
  };
  return { account, assert, sign: (act, network) => assert(actDigest(act, network)) };
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
