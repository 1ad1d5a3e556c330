import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { expect } from 'chai';
import { makeMerkleTree } from '../../../backend/protocol/merkle.ts';
import {
  RECEIPT_LEAF_TYPES,
  type Receipt,
  receiptFacts,
  receiptLeaf,
  verifyInclusion,
  verifyReceipt,
} from '../../../backend/protocol/receipt.ts';
import { eoaOf } from '../../../backend/protocol/secp256k1-native.ts';
import { createReceiptSigner } from '../../../backend/receipts/sign-receipts.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import { systemClock } from '../../../backend/shared/clock.ts';
import { NETWORK, RECEIPT_KEY, sale, startApi, type TestApi } from '../../helpers/api.ts';

const signer = eoaOf(fromHex(RECEIPT_KEY));
if (!signer) throw new TypeError('the receipt key has no address');
const authority = { ...NETWORK, signer };

describe('Receipts', function () {
  this.timeout(60_000);

  describe('createReceiptSigner', () => {
    const sign = createReceiptSigner({ key: RECEIPT_KEY, network: NETWORK, clock: systemClock });
    const subjects = Array.from({ length: 9 }, (_, index) => ({
      partnerId: 1 + (index % 2),
      account: '0x00000000000000000000000000000000000000AA' as const,
      points: BigInt(index),
      occurredAt: new Date('2026-03-01T12:30:00.999Z'),
      purchaseId: `sale-${index}`,
    }));

    it('signs one root that every receipt of the group leads to', async () => {
      const group = sign(subjects);
      expect(new Set(group.receipts.map((receipt) => receipt.group.signature)).size).to.equal(1);
      for (const receipt of group.receipts) expect(await verifyReceipt(receipt, authority)).to.equal(null);
    });

    it('makes the tree that OpenZeppelin makes of the same values', () => {
      const { receipts, root } = sign(subjects);
      const values = receipts.map((receipt) => {
        const { receiptId, partner, member, points, occurredAt, chainId, coalition } = receipt;
        return [receiptId, partner, member, points, occurredAt, chainId, coalition];
      });
      expect(StandardMerkleTree.of(values, [...RECEIPT_LEAF_TYPES]).root).to.equal(root);
    });

    it('gives equal sales different ids, so that nobody can guess one', () => {
      const ids = [sign(subjects), sign(subjects)].flatMap(({ receipts }) =>
        receipts.map(({ receiptId }) => receiptId),
      );
      expect(new Set(ids).size).to.equal(18);
    });
  });

  describe('GET /v1/receipts/:receiptId', () => {
    let api: TestApi;
    let receipts: Receipt[];
    before(async () => {
      api = await startApi();
      const answers = await Promise.all(
        Array.from({ length: 7 }, () => api.post('/v1/purchases', sale(), api.keys.aurora)),
      );
      receipts = answers.map(({ body }) => body.receipt);
    });
    after(() => api.program.stop());

    it('answers the receipt as it was first answered, without a proof while it is not on-chain', async () => {
      for (const receipt of receipts) {
        const { status, body } = await api.get(`/v1/receipts/${receipt.receiptId}`);
        expect(status).to.equal(200);
        expect(JSON.stringify(body.receipt)).to.equal(JSON.stringify(receipt));
        expect(body.inclusion).to.equal(null);
        expect(await verifyReceipt(body.receipt, authority)).to.equal(null);
      }
    });

    it('proves that the points are in the batch, once that is mined', async () => {
      const { prisma } = api.program.deps;
      const leaves = receipts.map((receipt) => receiptLeaf(receiptFacts(receipt)));
      const { root } = makeMerkleTree(leaves);
      const minedHash = new Uint8Array(32).fill(7);
      const batch = await prisma.issuanceBatch.create({
        data: {
          partnerId: 1,
          number: 1n,
          receiptsRoot: fromHex(root),
          members: 1,
          points: 84n,
          status: 'sent',
        },
      });
      for (const [index, { receiptId }] of receipts.entries())
        await prisma.accrual.update({
          where: { receiptId: fromHex(receiptId) },
          data: { batchId: batch.id, leafIndex: index },
        });
      const read = async (receipt: Receipt) => (await api.get(`/v1/receipts/${receipt.receiptId}`)).body;
      for (const receipt of receipts) expect((await read(receipt)).inclusion).to.equal(null);
      await prisma.issuanceBatch.update({
        where: { id: batch.id },
        data: { status: 'mined', minedHash, minedBlock: 42n },
      });
      for (const receipt of receipts) {
        const { inclusion } = await read(receipt);
        expect(inclusion).to.include({
          partner: 1,
          batch: '1',
          root,
          block: '42',
          transaction: `0x${'07'.repeat(32)}`,
        });
        expect(verifyInclusion(receipt, inclusion)).to.equal(true);
        expect(verifyInclusion({ ...receipt, points: '13' }, inclusion)).to.equal(false);
      }
    });

    it('gives no proof that would not hold: a root that the leaves do not lead to is our fault, and said so', async () => {
      const { body } = await api.post('/v1/purchases', sale(), api.keys.aurora);
      const { prisma } = api.program.deps;
      const batch = await prisma.issuanceBatch.create({
        data: {
          partnerId: 1,
          number: 2n,
          receiptsRoot: new Uint8Array(32).fill(9),
          members: 1,
          points: 12n,
          status: 'mined',
        },
      });
      const { receiptId } = body.receipt;
      await prisma.accrual.update({
        where: { receiptId: fromHex(receiptId) },
        data: { batchId: batch.id, leafIndex: 0 },
      });
      const answer = await api.get(`/v1/receipts/${receiptId}`);
      expect([answer.status, answer.body.code]).to.deep.equal([500, 'INTERNAL']);
    });
  });
});
