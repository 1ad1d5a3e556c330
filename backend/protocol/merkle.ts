/** Merkle trees as OpenZeppelin's library and MerkleProof.sol build them: leaves sorted, pairs hashed in sorted order. */

import type { Hex } from 'viem';
import { bytesToHex, compareBytes, concatBytes, hexToBytes } from './bytes.ts';
import { keccak } from './keccak.ts';

/** A built tree over 32-byte leaves. `proofOf(i)` proves the i-th leaf in the order in which they were given. */
export interface MerkleTree {
  readonly root: Hex;
  readonly proofOf: (leaf: number) => Hex[];
}

/** The parent of two nodes, whichever comes first. */
export const hashPair = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  keccak(compareBytes(a, b) < 0 ? concatBytes(a, b) : concatBytes(b, a));

/** Builds the tree of at least one leaf; the same root as `StandardMerkleTree` gives for the same leaf hashes. */
export function makeMerkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const sorted = leaves.map((hash, index) => ({ hash, index })).sort((a, b) => compareBytes(a.hash, b.hash));
  const size = 2 * leaves.length - 1;
  const nodes: Uint8Array[] = new Array(size);
  const placeOf: number[] = new Array(leaves.length);
  sorted.forEach(({ hash, index }, rank) => {
    nodes[size - 1 - rank] = hash;
    placeOf[index] = size - 1 - rank;
  });
  const node = (place: number): Uint8Array => nodes[place] as Uint8Array; // every place below `size` is filled before it is read
  for (let place = size - 1 - leaves.length; place >= 0; place--)
    nodes[place] = hashPair(node(2 * place + 1), node(2 * place + 2));
  return {
    root: bytesToHex(node(0)),
    proofOf: (leaf) => {
      const proof: Hex[] = [];
      for (let place = placeOf[leaf] ?? 0; place > 0; place = (place - 1) >> 1)
        proof.push(bytesToHex(node(place % 2 ? place + 1 : place - 1)));
      return proof;
    },
  };
}

/** The root that a proof leads to from a leaf. */
export const rootFromProof = (leaf: Uint8Array, proof: readonly Hex[]): Hex =>
  bytesToHex(proof.reduce((hash, sibling) => hashPair(hash, hexToBytes(sibling)), leaf));
