import { SimpleMerkleTree, StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { expect } from 'chai';
import { AbiCoder, keccak256 as ethersKeccak256, TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { getAddress, keccak256, toHex } from 'viem';
import { domainOf } from '../../../backend/protocol/acts.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import { makeMerkleTree, rootFromProof } from '../../../backend/protocol/merkle.ts';
import {
  RECEIPT_GROUP_TYPES,
  RECEIPT_LEAF_TYPES,
  type Receipt,
  type ReceiptFacts,
  receiptFacts,
  receiptGroupDigest,
  receiptIdOf,
  receiptLeaf,
  receiptTree,
  verifyInclusion,
  verifyReceipt,
} from '../../../backend/protocol/receipt.ts';
import { eoaOf, recoverEoaNative, signDigest } from '../../../backend/protocol/secp256k1-native.ts';

const network = { chainId: 31_337, coalition: getAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3') };
const signerKey = hexToBytes(keccak256(toHex('receipt signer')));
const signer = eoaOf(signerKey) ?? '0x';
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);
const facts: fc.Arbitrary<ReceiptFacts> = fc.record({
  receiptId: bytes32,
  partner: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  member: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes))),
  points: fc.bigInt(0n, (1n << 48n) - 1n),
  occurredAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  chainId: fc.nat(),
  coalition: fc.constant(network.coalition),
});

const valuesOf = (receipt: ReceiptFacts) => [
  receipt.receiptId,
  receipt.partner,
  receipt.member,
  receipt.points,
  receipt.occurredAt,
  receipt.chainId,
  receipt.coalition,
];

/** A group of signed receipts as the network hands them out. */
function signGroup(count: number): Receipt[] {
  const drafts = Array.from({ length: count }, (_, index) => {
    const draft = {
      ...network,
      partner: 1 + (index % 5),
      purchase: `till-7/${index}`,
      salt: toHex(index, { size: 16 }),
    };
    return {
      ...draft,
      receiptId: receiptIdOf(draft),
      member: signer,
      points: `${10 + index}`,
      occurredAt: 1_790_000_000 + index,
    };
  });
  const tree = receiptTree(drafts.map((draft) => ({ ...draft, points: BigInt(draft.points) })));
  const group = { root: tree.root, signedAt: 1_790_000_100 };
  const signature = signDigest(signerKey, receiptGroupDigest(group, network));
  return drafts.map((draft, index) => ({
    version: 1,
    ...draft,
    group: { ...group, proof: tree.proofOf(index), signature },
  }));
}

/** Changes one character of a string so that the value is another one. */
const other = (text: string, at: number) =>
  `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;

describe('receipts', () => {
  describe('leaf', () => {
    it('is the standard leaf of OpenZeppelin and ethers', () => {
      fc.assert(
        fc.property(facts, (receipt) => {
          const leaf = bytesToHex(receiptLeaf(receipt));
          const encoded = AbiCoder.defaultAbiCoder().encode([...RECEIPT_LEAF_TYPES], valuesOf(receipt));
          expect(leaf).to.equal(ethersKeccak256(ethersKeccak256(encoded)));
          expect(leaf).to.equal(StandardMerkleTree.of([valuesOf(receipt)], [...RECEIPT_LEAF_TYPES]).root);
        }),
      );
    });
  });

  describe('tree', () => {
    it("has OpenZeppelin's root and proofs", () => {
      fc.assert(
        fc.property(
          fc.uniqueArray(facts, { minLength: 1, maxLength: 40, selector: (receipt) => receipt.receiptId }),
          (receipts) => {
            const ours = receiptTree(receipts);
            const theirs = StandardMerkleTree.of(receipts.map(valuesOf), [...RECEIPT_LEAF_TYPES]);
            expect(ours.root).to.equal(theirs.root);
            receipts.forEach((receipt, index) => {
              expect(ours.proofOf(index)).to.deep.equal(theirs.getProof(index));
              expect(theirs.verify(valuesOf(receipt), ours.proofOf(index))).to.equal(true);
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it('proves each leaf, and no other, as SimpleMerkleTree does', () => {
      fc.assert(
        fc.property(fc.array(bytes32, { minLength: 1, maxLength: 30 }), bytes32, (leaves, stranger) => {
          const tree = makeMerkleTree(leaves.map(hexToBytes));
          expect(tree.root).to.equal(SimpleMerkleTree.of(leaves).root);
          leaves.forEach((leaf, index) => {
            expect(rootFromProof(hexToBytes(leaf), tree.proofOf(index))).to.equal(tree.root);
          });
          fc.pre(!leaves.includes(stranger));
          expect(rootFromProof(hexToBytes(stranger), tree.proofOf(0))).not.to.equal(tree.root);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('verifyReceipt', () => {
    const receipts = signGroup(7);
    const [receipt] = receipts as [Receipt];

    it('accepts what the network signed', async () => {
      for (const each of receipts) {
        expect(await verifyReceipt(each, { ...network, signer })).to.equal(null);
        expect(
          await verifyReceipt(JSON.parse(JSON.stringify(each)), { ...network, signer }, recoverEoaNative),
        ).to.equal(null);
      }
    });

    it('signs what ethers would sign', () => {
      const { root, signedAt } = receipt.group;
      const types = { ReceiptGroup: [...RECEIPT_GROUP_TYPES.ReceiptGroup] };
      expect(receiptGroupDigest({ root, signedAt }, network)).to.equal(
        TypedDataEncoder.hash(domainOf(network), types, { root, signedAt }),
      );
    });

    it('refuses a receipt in which any fact is another', async () => {
      const { group } = receipt;
      const changes: Partial<Receipt>[] = [
        { receiptId: other(receipt.receiptId, 40) as Receipt['receiptId'] },
        { partner: 2 },
        { member: other(receipt.member, 30) as Receipt['member'] },
        { points: other(receipt.points, 1) },
        { occurredAt: receipt.occurredAt + 1 },
        { purchase: other(receipt.purchase, 5) },
        { salt: other(receipt.salt, 20) as Receipt['salt'] },
        { chainId: 1 },
        { coalition: other(receipt.coalition, 10) as Receipt['coalition'] },
        { group: { ...group, root: other(group.root, 9) as Receipt['receiptId'] } },
        { group: { ...group, signedAt: group.signedAt + 1 } },
        { group: { ...group, signature: other(group.signature, 50) as Receipt['receiptId'] } },
        { group: { ...group, proof: [] } },
      ];
      const problems = await Promise.all(
        changes.map((change) => verifyReceipt({ ...receipt, ...change }, { ...network, signer })),
      );
      expect(problems).to.deep.equal([
        'RECEIPT_ID_MISMATCH',
        'RECEIPT_ID_MISMATCH',
        'RECEIPT_NOT_IN_GROUP',
        'RECEIPT_NOT_IN_GROUP',
        'RECEIPT_NOT_IN_GROUP',
        'RECEIPT_ID_MISMATCH',
        'RECEIPT_ID_MISMATCH',
        'RECEIPT_OTHER_NETWORK',
        'RECEIPT_OTHER_NETWORK',
        'RECEIPT_NOT_IN_GROUP',
        'RECEIPT_SIGNATURE_INVALID',
        'RECEIPT_SIGNATURE_INVALID',
        'RECEIPT_NOT_IN_GROUP',
      ]);
    });

    it('refuses what has not the shape of a receipt', async () => {
      const shapes = [
        null,
        7,
        'text',
        {},
        { ...receipt, version: 2 },
        { ...receipt, points: 10 },
        { ...receipt, points: '-1' },
      ];
      for (const shape of [
        ...shapes,
        { ...receipt, points: '1e3' },
        { ...receipt, partner: 2 ** 32 },
        { ...receipt, group: null },
      ]) {
        expect(await verifyReceipt(shape, { ...network, signer })).to.equal('RECEIPT_MALFORMED');
      }
    });

    it('refuses a group signed by somebody else', async () => {
      expect(await verifyReceipt(receipt, { ...network, signer: network.coalition })).to.equal(
        'RECEIPT_SIGNATURE_INVALID',
      );
    });
  });

  describe('verifyInclusion', () => {
    const receipts = signGroup(5);

    it('holds for the batch of the receipt and for no other root', () => {
      const batch = receiptTree(receipts.map(receiptFacts));
      receipts.forEach((each, index) => {
        expect(verifyInclusion(each, { root: batch.root, proof: batch.proofOf(index) })).to.equal(true);
        expect(verifyInclusion(each, { root: keccak256(batch.root), proof: batch.proofOf(index) })).to.equal(
          false,
        );
        expect(
          verifyInclusion({ ...each, points: '1' }, { root: batch.root, proof: batch.proofOf(index) }),
        ).to.equal(false);
      });
    });
  });
});
