/** What a member signs (EIP-712). The structs are spelled in full and bind chain, hub, member, parties, amount, minimum, nonce and deadline. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address, Hex } from 'viem';
import { hashTypedData } from 'viem/utils';
import { type RecoverEoa, verifyAccountSignature } from './account.ts';
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts';
import { keccak } from './keccak.ts';

/** The fields of every signed struct, as wallets show them. */
export const ACT_TYPES = {
  Redemption: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'acceptor', type: 'uint32' },
    { name: 'amount', type: 'uint48' },
    { name: 'minValue', type: 'uint48' },
    { name: 'ref', type: 'bytes32' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
  Exchange: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'target', type: 'uint32' },
    { name: 'amount', type: 'uint48' },
    { name: 'minReceived', type: 'uint48' },
    { name: 'ref', type: 'bytes32' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
  Donation: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'charity', type: 'uint32' },
    { name: 'amount', type: 'uint48' },
    { name: 'minValue', type: 'uint48' },
    { name: 'ref', type: 'bytes32' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
  Gift: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'recipient', type: 'address' },
    { name: 'amount', type: 'uint48' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
  Cancellation: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
} as const;

/** The fields of the struct that opens a member's session. */
export const SIGN_IN_TYPES = {
  SignIn: [
    { name: 'account', type: 'address' },
    { name: 'origin', type: 'string' },
    { name: 'issuedAt', type: 'uint48' },
  ],
} as const;

/** Every act kind, in the order of their numbers on the chain. */
export const ACT_KINDS = ['redemption', 'exchange', 'donation', 'gift', 'cancellation'] as const;

/** What a member can do with points. */
export type ActKind = (typeof ACT_KINDS)[number];

/** Which network a signature is for: the chain and the coalition hub on it. */
export interface Network {
  readonly chainId: number;
  readonly coalition: Address;
}

/**
 * One act, whatever its kind. `counterparty` is the acceptor, the target brand or the charity; `minimum` is in µUSD
 * for redemptions and donations and in the target's points for exchanges; `deadline` is in Unix seconds. A gift has no
 * counterparty and minimum, and `ref` is its recipient; a cancellation has no amount and `ref` either.
 */
export interface Act {
  readonly kind: ActKind;
  readonly member: Address;
  readonly issuer: number;
  readonly counterparty: number;
  readonly amount: bigint;
  readonly minimum: bigint;
  readonly ref: Hex;
  readonly nonce: number;
  readonly deadline: number;
}

/** An act as it travels in JSON: integers that may pass 2^53 are decimal strings. */
export type ActJson = Omit<Act, 'amount' | 'minimum'> & { readonly amount: string; readonly minimum: string };

/** What opens a session: signed like an act. `origin` is the web origin shown to the member; `issuedAt` is in Unix seconds. */
export interface SignIn {
  readonly account: Address;
  readonly origin: string;
  readonly issuedAt: number;
}

/** The `ref` of an act that has none. */
export const NO_REF: Hex = `0x${'0'.repeat(64)}`;

/** A gift's recipient as its `ref`. */
export const refOfRecipient = (recipient: Address): Hex =>
  `0x${recipient.slice(2).toLowerCase().padStart(64, '0')}`;

/** Whom a gift goes to: the last 20 bytes of its `ref`. */
export const recipientOf = ({ ref }: Pick<Act, 'ref'>): Address => `0x${ref.slice(-40)}`;

/** An act as JSON. */
export const actToJson = (act: Act): ActJson => ({
  ...act,
  amount: act.amount.toString(),
  minimum: act.minimum.toString(),
});

/** An act from JSON whose shape the caller has checked. */
export const actFromJson = (act: ActJson): Act => ({
  ...act,
  amount: BigInt(act.amount),
  minimum: BigInt(act.minimum),
});

/** The EIP-712 domain of a network. */
export const domainOf = ({ chainId, coalition }: Network) =>
  ({ name: 'Tessera', version: '1', chainId, verifyingContract: coalition }) as const;

/** An act as the typed data that `signTypedData` takes (viem, wagmi, ethers). */
export function typedDataOf(act: Act, network: Network) {
  const domain = domainOf(network);
  const { member, issuer, amount, ref, nonce, deadline, counterparty, minimum } = act;
  const common = { member, issuer, amount, ref, nonce, deadline };
  switch (act.kind) {
    case 'redemption':
      return {
        domain,
        types: { Redemption: ACT_TYPES.Redemption },
        primaryType: 'Redemption',
        message: { ...common, acceptor: counterparty, minValue: minimum },
      } as const;
    case 'exchange':
      return {
        domain,
        types: { Exchange: ACT_TYPES.Exchange },
        primaryType: 'Exchange',
        message: { ...common, target: counterparty, minReceived: minimum },
      } as const;
    case 'donation':
      return {
        domain,
        types: { Donation: ACT_TYPES.Donation },
        primaryType: 'Donation',
        message: { ...common, charity: counterparty, minValue: minimum },
      } as const;
    case 'gift':
      return {
        domain,
        types: { Gift: ACT_TYPES.Gift },
        primaryType: 'Gift',
        message: { member, issuer, recipient: recipientOf(act), amount, nonce, deadline },
      } as const;
    case 'cancellation':
      return {
        domain,
        types: { Cancellation: ACT_TYPES.Cancellation },
        primaryType: 'Cancellation',
        message: { member, issuer, nonce, deadline },
      } as const;
  }
}

/** The same typed data for JSON: integers of more than 32 bits as decimal strings, as wallets accept them. */
export function typedDataJson(act: Act, network: Network) {
  const { message, ...rest } = typedDataOf(act, network);
  const plain = Object.entries(message).map(
    ([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value] as const,
  );
  return { ...rest, message: Object.fromEntries(plain) as Record<string, string | number> };
}

type ActTypes = typeof ACT_TYPES;
const PREFIX = Uint8Array.of(0x19, 0x01);
const DOMAIN_TYPE = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';
const separators = new Map<string, Uint8Array>();
const typeHashes = new Map<keyof ActTypes, Uint8Array>();

/** A network's domain is hashed once: a process knows one network, a test a few. */
function separatorOf(network: Network): Uint8Array {
  const key = `${network.chainId} ${network.coalition.toLowerCase()}`;
  const known = separators.get(key);
  if (known) return known;
  const { name, version, chainId, verifyingContract } = domainOf(network);
  const chain = wordOf({ name: 'chainId', type: 'uint256' }, chainId);
  const hub = wordOf({ name: 'verifyingContract', type: 'address' }, verifyingContract);
  const parts = [DOMAIN_TYPE, name, version].map((text) => keccak(utf8ToBytes(text)));
  const hash = keccak(concatBytes(...parts, hexToBytes(`0x${chain}${hub}`)));
  separators.set(key, hash);
  return hash;
}

function typeHashOf(name: keyof ActTypes): Uint8Array {
  const known = typeHashes.get(name);
  if (known) return known;
  const fields = ACT_TYPES[name].map((field) => `${field.type} ${field.name}`).join();
  const hash = keccak(utf8ToBytes(`${name}(${fields})`));
  typeHashes.set(name, hash);
  return hash;
}

const WORD_DIGITS = 64;

/** A field of a struct as the 64 hex digits of its word. @throws RangeError for what its type can't hold */
function wordOf({ name, type }: { name: string; type: string }, value: string | number | bigint): string {
  const digits = typeof value === 'string' ? value.slice(2) : value.toString(16);
  const bits = type === 'address' ? 160 : type === 'bytes32' ? 256 : Number(type.slice('uint'.length));
  const fits = typeof value === 'string' ? digits.length === bits / 4 : digits.length <= bits / 4;
  if (!fits || !/^[0-9a-f]+$/i.test(digits)) throw new RangeError(`${name} is no ${type}: ${value}`);
  return digits.padStart(WORD_DIGITS, '0');
}

/**
 * The 32 bytes that a member signs for an act: `hashTypedData` of its typed data, at a twentieth of its cost, because a server hashes every
 * act. @throws RangeError for a field that its type can't hold
 */
export function actDigest(act: Act, network: Network): Hex {
  const { primaryType, message } = typedDataOf(act, network);
  const values = message as Readonly<Record<string, string | number | bigint>>;
  const words = ACT_TYPES[primaryType].map((field) => wordOf(field, values[field.name] ?? ''));
  const struct = keccak(concatBytes(typeHashOf(primaryType), hexToBytes(`0x${words.join('')}`)));
  return bytesToHex(keccak(concatBytes(PREFIX, separatorOf(network), struct)));
}

/** A sign-in as typed data. */
export const signInTypedData = (message: SignIn, network: Network) =>
  ({ domain: domainOf(network), types: SIGN_IN_TYPES, primaryType: 'SignIn', message }) as const;

/** The 32 bytes that a member signs to open a session. */
export const signInDigest = (signIn: SignIn, network: Network): Hex =>
  hashTypedData(signInTypedData(signIn, network));

/** Whether an act carries its member's signature. */
export const verifyActSignature = (
  { act, signature, network }: { act: Act; signature: Hex; network: Network },
  recover?: RecoverEoa,
): Promise<boolean> =>
  verifyAccountSignature({ account: act.member, digest: actDigest(act, network), signature }, recover);
