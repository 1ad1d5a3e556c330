import { expect } from 'chai';
import fc from 'fast-check';
import {
  batchGas,
  groupBatches,
  netAccruals,
  reasonToWait,
  TRANSACTION_GAS_LIMIT,
  transactionGasLimit,
} from '../../../backend/issuance/issuance-batch.ts';
import { encodeValues } from '../../../backend/protocol/values-word.ts';
import { Points } from '../../../backend/shared/units.ts';

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

describe('netAccruals with little room', () => {
  it('takes no more points than fit, but one purchase in any case', () => {
    const accruals = [accrual(1, 1, 40n), accrual(2, 2, 40n), accrual(3, 1, 40n)];
    for (const [room, count] of [
      [39n, 1],
      [79n, 1],
      [80n, 2],
      [119n, 2],
      [120n, 3],
    ] as const)
      expect(netAccruals(accruals, 8, room).taken, String(room)).to.have.length(count);
  });
});

describe('reasonToWait', () => {
  const batch = {
    id: 1n,
    partner: 7,
    number: 1n,
    receiptsRoot: '0x' as const,
    members: 1,
    points: Points.of(100),
  };
  const view = {
    partner: 7,
    halted: false,
    leaving: false,
    mintCapacity: 500,
    mintAvailable: 150n,
    coverageBps: 10_000,
    lastBatch: 0,
    supply: 0n,
    liability: 0n,
    reserve: 10n ** 12n,
    valuesWord: encodeValues({ values: [1n, 1n, 1n, 1n, 1n], epoch: 200 }),
  };

  it('lets go what the mint allowance has room for, with what is on its way', () => {
    expect(reasonToWait(batch, view, 50n)).to.equal(null);
    const refusal = reasonToWait(batch, view, 51n);
    expect(refusal?.code).to.equal('MINT_ALLOWANCE_EXCEEDED');
    expect(refusal?.details).to.deep.equal({ partner: 7, available: '150', capacity: 500, points: '151' });
  });

  it('holds everything of a brand that leaves', () => {
    expect(reasonToWait(batch, { ...view, leaving: true }, 0n)?.code).to.equal('PARTNER_LEAVING');
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

  it('takes no more than half of a small block, but for a batch that is larger alone', () => {
    expect(transactionGasLimit(60_000_000n)).to.equal(TRANSACTION_GAS_LIMIT);
    const limit = transactionGasLimit(4_000_000n);
    expect(limit).to.equal(2_000_000n);
    const groups = groupBatches(
      [30, 30, 10, 100].map((members) => ({ members })),
      limit,
    );
    expect(groups.map(({ batches }) => batches.map(({ members }) => members))).to.deep.equal([
      [30, 30],
      [10],
      [100],
    ]);
  });
});
