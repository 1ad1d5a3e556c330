/** Signed evidence of a return: which points were taken back for it, and which of them the member owes. Free of Node APIs. */
import type { Address, Hex } from 'viem';
import { hashTypedData } from 'viem/utils';
import { parseEoaSignature, type RecoverEoa, recoverEoa } from './account.ts';
import { domainOf, type Network } from './acts.ts';
import { isHexBytes, sameHex } from './bytes.ts';

/** The struct that the network's receipt signer signs for a return. */
export const PURCHASE_RETURN_TYPES = {
  PurchaseReturn: [
    { name: 'receiptId', type: 'bytes32' },
    { name: 'returnId', type: 'string' },
    { name: 'partner', type: 'uint32' },
    { name: 'member', type: 'address' },
    { name: 'amount', type: 'uint48' },
    { name: 'points', type: 'uint48' },
    { name: 'debt', type: 'uint48' },
    { name: 'returnedAt', type: 'uint48' },
  ],
} as const;

/** What a return's receipt says: `amount` in minor units, `debt` the part of `points` that had been issued, `returnedAt` in Unix seconds. */
export interface ReturnFacts {
  /** Of the purchase's receipt. */
  readonly receiptId: Hex;
  /** The till's own id of the return. */
  readonly returnId: string;
  readonly partner: number;
  readonly member: Address;
  readonly amount: bigint;
  readonly points: bigint;
  readonly debt: bigint;
  readonly returnedAt: number;
}

/** A return's receipt as the API answers it: amounts are decimal strings. */
export interface ReturnReceipt extends Network {
  readonly version: 1;
  readonly receiptId: Hex;
  readonly returnId: string;
  readonly partner: number;
  readonly member: Address;
  readonly amount: string;
  readonly points: string;
  readonly debt: string;
  readonly returnedAt: number;
  readonly signature: Hex;
}

/** The 32 bytes that are signed for a return. */
export const returnDigest = (facts: ReturnFacts, network: Network): Hex =>
  hashTypedData({
    domain: domainOf(network),
    types: PURCHASE_RETURN_TYPES,
    primaryType: 'PurchaseReturn',
    message: {
      ...facts,
      amount: Number(facts.amount),
      points: Number(facts.points),
      debt: Number(facts.debt),
    },
  });

/** Whether `signer` signed this receipt of a return, on its network. The caller knows who may. */
export async function verifyReturnReceipt(
  receipt: ReturnReceipt,
  { signer, ...network }: Network & { signer: Address },
  recover: RecoverEoa = recoverEoa,
): Promise<boolean> {
  if (receipt.chainId !== network.chainId || !sameHex(receipt.coalition, network.coalition)) return false;
  const signature = isHexBytes(receipt.signature) ? parseEoaSignature(receipt.signature) : null;
  if (!signature) return false;
  const { receiptId, returnId, partner, member, returnedAt } = receipt;
  const sums = {
    amount: BigInt(receipt.amount),
    points: BigInt(receipt.points),
    debt: BigInt(receipt.debt),
  };
  const digest = returnDigest({ receiptId, returnId, partner, member, returnedAt, ...sums }, network);
  const found = await recover(digest, signature);
  return found !== null && sameHex(found, signer);
}
