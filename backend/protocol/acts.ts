/** What a member signs (EIP-712). The structs are spelled in full and bind chain, hub, member, parties, amount, minimum, nonce and deadline. */
import type { Address, Hex } from 'viem';
import { hashTypedData } from 'viem/utils';
import { type RecoverEoa, verifyAccountSignature } from './account.ts';

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

/** The 32 bytes that a member signs for an act. */
export function actDigest(act: Act, network: Network): Hex {
  // One call a kind, because viem checks each message against its own struct.
  const data = typedDataOf(act, network);
  if (data.primaryType === 'Redemption') return hashTypedData(data);
  if (data.primaryType === 'Exchange') return hashTypedData(data);
  if (data.primaryType === 'Gift') return hashTypedData(data);
  if (data.primaryType === 'Cancellation') return hashTypedData(data);
  return hashTypedData(data);
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
