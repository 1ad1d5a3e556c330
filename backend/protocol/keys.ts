/** A member's added keys: what is signed to change them (EIP-712), how keys are named, and how their signatures are packed for the contracts. */
import type { Address, Hex } from 'viem';
import { encodeAbiParameters, hashTypedData } from 'viem/utils';
import { type DeviceKey, deviceKeyAccount, packDeviceSignature } from './account.ts';
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts';

/** The fields of the signed struct, as wallets show them. */
export const KEY_CHANGE_TYPES = {
  KeyChange: [
    { name: 'member', type: 'address' },
    { name: 'key', type: 'address' },
    { name: 'role', type: 'uint8' },
    { name: 'dailyLimit', type: 'uint48' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
} as const;

/** What a key may do, in the order of IMemberKeys.KeyRole. */
export const KEY_ROLES = ['none', 'full', 'limited', 'recovery', 'successor'] as const;

/** What a key may do: see IMemberKeys.KeyRole. */
export type KeyRole = (typeof KEY_ROLES)[number];

/** Which contract a key change is for: MemberKeys of a coalition, and the chain that it is on. */
export interface KeysNetwork {
  readonly chainId: number;
  readonly memberKeys: Address;
}

/**
 * A change of a member's keys. `dailyLimit` is in µUSD a UTC day, more than 0 for `limited` and 0 for all others; `nonce` is the
 * member's next nonce in MemberKeys; `deadline` is in Unix seconds.
 */
export interface KeyChange {
  readonly member: Address;
  readonly key: Address;
  readonly role: KeyRole;
  readonly dailyLimit: bigint;
  readonly nonce: number;
  readonly deadline: number;
}

/** A key change as it travels in JSON. */
export type KeyChangeJson = Omit<KeyChange, 'dailyLimit'> & { readonly dailyLimit: string };

/** What a browser's authenticator gives for an assertion (AuthenticatorAssertionResponse); `signature` is in DER. */
export interface PasskeyAssertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly signature: Uint8Array;
}

/** The number of a role in the contracts. */
export const keyRoleNumber = (role: KeyRole): number => KEY_ROLES.indexOf(role);

/** The role of a number in the contracts; null when there is none. */
export const keyRoleOf = (number: number): KeyRole | null => KEY_ROLES[number] ?? null;

/** A key change as JSON. */
export const keyChangeToJson = (change: KeyChange): KeyChangeJson => ({
  ...change,
  dailyLimit: change.dailyLimit.toString(),
});

/** A key change from JSON whose shape the caller has checked. */
export const keyChangeFromJson = (change: KeyChangeJson): KeyChange => ({
  ...change,
  dailyLimit: BigInt(change.dailyLimit),
});

/** A key change as the struct that MemberKeys takes. */
export const keyChangeStruct = (change: KeyChange) => ({ ...change, role: keyRoleNumber(change.role) });

/** A key change as the typed data that `signTypedData` takes (viem, wagmi, ethers); it can travel as JSON as it is. */
export const keyChangeTypedData = (change: KeyChange, { chainId, memberKeys }: KeysNetwork) =>
  ({
    domain: { name: 'Tessera', version: '1', chainId, verifyingContract: memberKeys },
    types: KEY_CHANGE_TYPES,
    primaryType: 'KeyChange',
    // 48 bits are a number for viem, and exact.
    message: { ...keyChangeStruct(change), dailyLimit: Number(change.dailyLimit) },
  }) as const;

/** The 32 bytes that a full key, or a recovery key that asks for one, signs for a key change. */
export const keyChangeDigest = (change: KeyChange, network: KeysNetwork): Hex =>
  hashTypedData(keyChangeTypedData(change, network));

/** The name of a key: an EOA's and a contract's is its address, a P-256 key's is the account that it names. */
export const keyName = (key: Address | DeviceKey): Address =>
  typeof key === 'string' ? key : deviceKeyAccount(key);

/** Packs what a contract that was added as a key is to check by ERC-1271: its address, then that. */
export const packContractKeySignature = (key: Address, signature: Hex): Hex =>
  bytesToHex(concatBytes(hexToBytes(key), hexToBytes(signature)));

/**
 * Packs a passkey's assertion of a digest (its challenge) as the contracts take it: x‖y, then WebAuthnAuth, with low s. Null when the
 * assertion is not one of `navigator.credentials.get`, or its signature is no ECDSA signature in DER.
 */
export function packPasskeySignature(
  key: DeviceKey,
  { authenticatorData, clientDataJSON, signature }: PasskeyAssertion,
): Hex | null {
  const rs = signatureFromDer(signature);
  const client = new TextDecoder().decode(clientDataJSON);
  const [challengeAt, typeAt] = [client.indexOf('"challenge":"'), client.indexOf('"type":"webauthn.get"')];
  // Where the texts begin is counted in bytes; browsers put both before anything that is not ASCII (WebAuthn, 5.8.1.1).
  if (!rs || challengeAt < 0 || typeAt < 0) return null;
  const packed = packDeviceSignature(key, rs);
  const auth = encodeAbiParameters(
    [
      { type: 'bytes32' },
      { type: 'bytes32' },
      { type: 'uint256' },
      { type: 'uint256' },
      { type: 'bytes' },
      { type: 'bytes' },
    ],
    [
      `0x${packed.slice(130, 194)}`,
      `0x${packed.slice(194)}`,
      BigInt(challengeAt),
      BigInt(typeAt),
      bytesToHex(authenticatorData),
      bytesToHex(clientDataJSON),
    ],
  );
  return `0x${packed.slice(2, 130)}${auth.slice(2)}`;
}

/** r‖s of SEQUENCE { r INTEGER, s INTEGER } with numbers of at most 256 bits (X.690); null when it is something else. */
function signatureFromDer(der: Uint8Array): Uint8Array | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const parts: Uint8Array[] = [];
  let at = 2;
  while (at < der.length) {
    const [tag, size = 0] = [der[at], der[at + 1]];
    const number = der.subarray(at + 2, at + 2 + size);
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (tag !== 0x02 || number.length !== size || size === 0 || digits.length > 32) return null;
    parts.push(concatBytes(new Uint8Array(32 - digits.length), digits));
    at += 2 + size;
  }
  return parts.length === 2 ? concatBytes(...parts) : null;
}
