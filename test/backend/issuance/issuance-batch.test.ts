import { expect } from 'chai';
import fc from 'fast-check';
import {
  batchGas,
  groupBatches,
  netAccruals,
  TRANSACTION_GAS_LIMIT,
} from '../../../backend/issuance/issuance-batch.ts';

const accrual = (id: number, account: number, points: bigint) => ({
  id: BigInt(id),
  account: Buffer.from([account]),
  points,
  leaf: Buffer.alloc(32, id),
});

describe('netAccruals', () => {
  it('takes the oldest, in order, of at most as many members, and loses no point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.bigInt(1n, 100n)), { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (list, limit) => {
          const accruals = list.map(([account, points], index) => accrual(index, account, points));
          const { taken, mints } = netAccruals(accruals, limit);
          expect(taken).to.deep.equal(accruals.slice(0, taken.length));
          expect(mints.size).to.be.at.most(limit);
          const sum = [...mints.values()].reduce((a, b) => a + b, 0n);
          expect(sum).to.equal(taken.reduce((a, { points }) => a + points, 0n));
          const left = accruals[taken.length];
          if (left)
            expect([mints.size, mints.has(left.account.toString('hex'))]).to.deep.equal([limit, false]);
        },
      ),
    );
  });
});

describe('groupBatches', () => {
  it('keeps the order, leaves none out, and stays under the gas of a transaction', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 40 }), (sizes) => {
        const batches = sizes.map((members, index) => ({ members, index }));
        const groups = groupBatches(batches);
        expect(groups.flatMap((group) => group.batches)).to.deep.equal(batches);
        for (const { batches: own, gasLimit } of groups) {
          expect(gasLimit <= TRANSACTION_GAS_LIMIT).to.equal(true);
          expect(gasLimit > own.reduce((sum, batch) => sum + batchGas(batch), 0n)).to.equal(true);
        }
      }),
    );
  });
});
