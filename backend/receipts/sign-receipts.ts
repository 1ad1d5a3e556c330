import { randomBytes } from 'node:crypto';
import type { Address, Hex } from 'viem';
import type { Network } from '../protocol/acts.ts';
import { makeMerkleTree } from '../protocol/merkle.ts';
import { type Receipt, receiptGroupDigest, receiptLeaf } from '../protocol/receipt.ts';
import { eoaOf, signDigest } from '../protocol/secp256k1-native.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Clock } from '../shared/clock.ts';
import { DomainError } from '../shared/errors.ts';
import { type Receiptable, unsignedReceipt } from './receipt.ts';

const SALT_BYTES = 16;

/** Receipts of one flush with the one signature over their root; `receipts[i]` and `leaves[i]` belong to the i-th subject. */
export interface SignedGroup {
  readonly root: Hex;
  readonly signedAt: number;
  readonly signature: Hex;
  readonly signer: Address;
  readonly receipts: readonly Receipt[];
  readonly leaves: readonly Uint8Array[];
}

/** Makes and signs receipts for at least one subject. */
export type ReceiptSigner = (subjects: readonly Receiptable[]) => SignedGroup;

/** A signer with the network's receipt key: one signature a group, because signing costs a thousand times a hash. */
export function createReceiptSigner(options: { key: Hex; network: Network; clock: Clock }): ReceiptSigner {
  const { network, clock } = options;
  const key = fromHex(options.key);
  const signer = eoaOf(key);
  if (!signer) throw new DomainError('INTERNAL', { message: 'The receipt key is no valid key.' });
  return (subjects) => {
    const salts = randomBytes(SALT_BYTES * subjects.length);
    const unsigned = subjects.map((subject, index) => {
      const salt = salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);
      return unsignedReceipt(subject, { salt, network });
    });
    const leaves = unsigned.map((receipt, index) =>
      receiptLeaf({ ...receipt, points: subjects[index]?.points ?? 0n }),
    );
    const tree = makeMerkleTree(leaves);
    const signedAt = clock.seconds();
    const signature = signDigest(key, receiptGroupDigest({ root: tree.root, signedAt }, network));
    const receipts = unsigned.map((receipt, index) => ({
      ...receipt,
      group: { root: tree.root, signedAt, proof: tree.proofOf(index), signature },
    }));
    return { root: tree.root, signedAt, signature, signer, receipts, leaves };
  };
}
