/**
 * Receipts: signed evidence of one accrual that anybody can check without the operator.
 * The network signs one root for a group of receipts at once (`ReceiptGroup`); the batch that mints them carries a root
 * over the same leaves on-chain. Leaves are OpenZeppelin's standard ones, so any of its tools can verify them.
 */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address, Hex } from 'viem';
import { hashTypedData } from 'viem/utils';
import { parseEoaSignature, type RecoverEoa, recoverEoa } from './account.ts';
import { domainOf, type Network } from './acts.ts';
import { bytesToHex, concatBytes, hexToBytes, isHexBytes, sameHex } from './bytes.ts';
import { keccak } from './keccak.ts';
import { type MerkleTree, makeMerkleTree, rootFromProof } from './merkle.ts';

/** The leaf's ABI types, in order: receiptId, partner, member, points, occurredAt, chainId, coalition. */
export const RECEIPT_LEAF_TYPES = [
  'bytes32',
  'uint32',
  'address',
  'uint48',
  'uint48',
  'uint256',
  'address',
] as const;

/** The struct whose signature covers a group of receipts. */
export const RECEIPT_GROUP_TYPES = {
  ReceiptGroup: [
    { name: 'root', type: 'bytes32' },
    { name: 'signedAt', type: 'uint48' },
  ],
} as const;

const RECEIPT_ID_TAG = keccak(utf8ToBytes('Tessera receipt'));
const WORD = 32;

/** What a receipt says. `occurredAt` is in Unix seconds. */
export interface ReceiptFacts extends Network {
  readonly receiptId: Hex;
  readonly partner: number;
  readonly member: Address;
  readonly points: bigint;
  readonly occurredAt: number;
}

/** A signed receipt as the API returns it and the member keeps it. `salt` keeps receipt ids from being guessed; `points` is decimal. */
export interface Receipt extends Network {
  readonly version: 1;
  readonly receiptId: Hex;
  readonly partner: number;
  readonly member: Address;
  readonly points: string;
  readonly occurredAt: number;
  readonly purchase: string;
  readonly salt: Hex;
  readonly group: {
    readonly root: Hex;
    readonly signedAt: number;
    readonly proof: readonly Hex[];
    readonly signature: Hex;
  };
}

/** Why a receipt is not what it claims to be. */
export type ReceiptProblem =
  | 'RECEIPT_MALFORMED'
  | 'RECEIPT_OTHER_NETWORK'
  | 'RECEIPT_ID_MISMATCH'
  | 'RECEIPT_NOT_IN_GROUP'
  | 'RECEIPT_SIGNATURE_INVALID';

/** The id of a receipt: it binds the partner and the till's purchase id. `salt` is 16 random bytes. */
export function receiptIdOf({
  chainId,
  coalition,
  partner,
  purchase,
  salt,
}: Network & Pick<Receipt, 'partner' | 'purchase' | 'salt'>): Hex {
  const words = new Uint8Array(4 * WORD);
  writeUint(words, 0, BigInt(chainId));
  words.set(hexToBytes(coalition), 2 * WORD - 20);
  writeUint(words, 2, BigInt(partner));
  words.set(hexToBytes(salt), 3 * WORD);
  return bytesToHex(keccak(concatBytes(RECEIPT_ID_TAG, words, keccak(utf8ToBytes(purchase)))));
}

/** The leaf of a receipt: keccak256(keccak256(abi.encode(…))). The caller ensures that the integers fit their types. */
export function receiptLeaf({
  receiptId,
  partner,
  member,
  points,
  occurredAt,
  chainId,
  coalition,
}: ReceiptFacts): Uint8Array {
  const words = new Uint8Array(RECEIPT_LEAF_TYPES.length * WORD);
  words.set(hexToBytes(receiptId), 0);
  writeUint(words, 1, BigInt(partner));
  words.set(hexToBytes(member), 3 * WORD - 20);
  writeUint(words, 3, points);
  writeUint(words, 4, BigInt(occurredAt));
  writeUint(words, 5, BigInt(chainId));
  words.set(hexToBytes(coalition), 7 * WORD - 20);
  return keccak(keccak(words));
}

function writeUint(words: Uint8Array, index: number, value: bigint): void {
  let left = value;
  for (let at = (index + 1) * WORD - 1; left > 0n; at--) {
    words[at] = Number(left & 0xffn);
    left >>= 8n;
  }
}

/** The tree over receipts: of a signed group, or of a batch (at least one receipt). */
export const receiptTree = (receipts: readonly ReceiptFacts[]): MerkleTree =>
  makeMerkleTree(receipts.map(receiptLeaf));

/** What a receipt document says, as the leaf takes it. */
export const receiptFacts = (receipt: Receipt): ReceiptFacts => ({
  ...receipt,
  points: BigInt(receipt.points),
});

/** The 32 bytes that the network's receipt signer signs for a group. `signedAt` is in Unix seconds. */
export const receiptGroupDigest = (
  { root, signedAt }: { root: Hex; signedAt: number },
  network: Network,
): Hex =>
  hashTypedData({
    domain: domainOf(network),
    types: RECEIPT_GROUP_TYPES,
    primaryType: 'ReceiptGroup',
    message: { root, signedAt },
  });

const isUint = (value: unknown, bits: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 2 ** bits;
const isProof = (proof: unknown): proof is Hex[] =>
  Array.isArray(proof) && proof.length <= 64 && proof.every((hash) => isHexBytes(hash, 32));

/** Whether outside data has the shape of a receipt; says nothing about its truth. */
export function isReceipt(data: unknown): data is Receipt {
  const receipt = data as Receipt | null;
  if (
    typeof receipt !== 'object' ||
    receipt === null ||
    typeof receipt.group !== 'object' ||
    receipt.group === null
  )
    return false;
  const { group } = receipt;
  const numbersFit =
    receipt.version === 1 &&
    isUint(receipt.partner, 32) &&
    isUint(receipt.occurredAt, 48) &&
    isUint(receipt.chainId, 53) &&
    isUint(group.signedAt, 48) &&
    typeof receipt.points === 'string' &&
    /^(0|[1-9]\d{0,14})$/.test(receipt.points) &&
    BigInt(receipt.points) < 1n << 48n;
  const bytesFit =
    isHexBytes(receipt.receiptId, 32) &&
    isHexBytes(receipt.member, 20) &&
    isHexBytes(receipt.coalition, 20) &&
    isHexBytes(receipt.salt, 16) &&
    isHexBytes(group.root, 32) &&
    isHexBytes(group.signature);
  return numbersFit && bytesFit && typeof receipt.purchase === 'string' && isProof(group.proof);
}

/** Checks a receipt up to its signature. Returns who signed its group, or what is wrong; whether the signer may is the caller's question. */
export async function recoverReceiptSigner(
  receipt: unknown,
  network: Network,
  recover: RecoverEoa = recoverEoa,
): Promise<{ signer: Address } | { problem: ReceiptProblem }> {
  if (!isReceipt(receipt)) return { problem: 'RECEIPT_MALFORMED' };
  if (receipt.chainId !== network.chainId || !sameHex(receipt.coalition, network.coalition))
    return { problem: 'RECEIPT_OTHER_NETWORK' };
  if (!sameHex(receiptIdOf(receipt), receipt.receiptId)) return { problem: 'RECEIPT_ID_MISMATCH' };
  const { root, proof, signature } = receipt.group;
  if (!sameHex(rootFromProof(receiptLeaf(receiptFacts(receipt)), proof), root))
    return { problem: 'RECEIPT_NOT_IN_GROUP' };
  const parsed = parseEoaSignature(signature);
  const signer = parsed && (await recover(receiptGroupDigest(receipt.group, network), parsed));
  return signer ? { signer } : { problem: 'RECEIPT_SIGNATURE_INVALID' };
}

/** Checks a receipt against the network's receipt signer: null when all of it holds, else what is wrong. */
export async function verifyReceipt(
  receipt: unknown,
  { signer, ...network }: Network & { signer: Address },
  recover: RecoverEoa = recoverEoa,
): Promise<ReceiptProblem | null> {
  const result = await recoverReceiptSigner(receipt, network, recover);
  if ('problem' in result) return result.problem;
  return sameHex(result.signer, signer) ? null : 'RECEIPT_SIGNATURE_INVALID';
}

/** Whether a receipt is in the batch whose receipts root is on-chain. The caller has read `root` from the chain. */
export const verifyInclusion = (
  receipt: Receipt,
  { root, proof }: { root: Hex; proof: readonly Hex[] },
): boolean => isProof(proof) && sameHex(rootFromProof(receiptLeaf(receiptFacts(receipt)), proof), root);
