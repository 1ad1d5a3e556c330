import { expect } from 'chai';
import fc from 'fast-check';
import { settleDebts } from '../../../backend/returns/pay-debts.ts';
import { judgeReturn, type ReturnRequest, type Sale } from '../../../backend/returns/return.ts';
import { MinorUnits } from '../../../backend/shared/units.ts';

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const floor = (amount: bigint, { points, perMinor }: { points: bigint; perMinor: bigint }) =>
  (amount * points) / perMinor;

/** What a till might sell: lines, and a rule by which they earn. */
const sales = fc
  .record({
    lines: fc.array(
      fc.record({ quantity: fc.integer({ min: 1, max: 9 }), amount: fc.bigInt({ min: 0n, max: 50_000n }) }),
      { minLength: 1, maxLength: 5 },
    ),
    earning: fc.record({
      points: fc.bigInt({ min: 0n, max: 700n }),
      perMinor: fc.bigInt({ min: 1n, max: 700n }),
    }),
    kept: fc.boolean(),
  })
  .map(({ lines, earning, kept }): Sale & { rule: typeof earning } => {
    const amount = sum(lines.map((line) => line.amount));
    const items = lines.map((line, index) => ({ line: `l${index}`, ...line }));
    const points = floor(amount, earning);
    return { amount, points, earning: kept ? earning : null, items, returns: [], rule: earning };
  });

const line = fc.record({ line: fc.nat({ max: 4 }), quantity: fc.integer({ min: 1, max: 4 }) });
const requests = fc.array(
  fc.oneof(
    fc.record({ amount: fc.bigInt({ min: 1n, max: 60_000n }) }),
    fc.record({ items: fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: (item) => item.line }) }),
    fc.constant({}),
  ),
  { maxLength: 12 },
);
type Wish = { amount?: bigint; items?: { line: number; quantity: number }[] };
const toRequest = ({ amount, items }: Wish): ReturnRequest => ({
  id: 'any',
  ...(amount !== undefined && { amount: MinorUnits.of(amount) }),
  ...(items && { items: items.map((item) => ({ line: `l${item.line}`, quantity: item.quantity })) }),
});

/** Does the returns one after the other, the refused ones left out. */
function play(sale: Sale, wishes: readonly Wish[]): Sale {
  let after = sale;
  for (const wish of wishes) {
    const request = toRequest(wish);
    try {
      const verdict = judgeReturn(after, request);
      after = { ...after, returns: [...after.returns, { ...verdict, items: request.items ?? [] }] };
    } catch (error) {
      expect(error).to.have.property('code').that.is.oneOf(['RETURN_TOO_MUCH', 'RETURN_LINE_UNKNOWN']);
    }
  }
  return after;
}

describe('judgeReturn', () => {
  it('never gives back more money, points or pieces than were bought, in whatever parts', () => {
    fc.assert(
      fc.property(sales, requests, (sale, wishes) => {
        const { returns } = play(sale, wishes);
        expect(sum(returns.map(({ amount }) => amount)) <= sale.amount).to.equal(true);
        expect(sum(returns.map(({ points }) => points)) <= sale.points).to.equal(true);
        for (const each of returns) expect(each.points >= 0n && each.amount >= 0n).to.equal(true);
        for (const { line: name, quantity } of sale.items) {
          const pieces = returns.flatMap(({ items }) => items).filter((item) => item.line === name);
          expect(pieces.reduce((total, item) => total + item.quantity, 0)).to.be.at.most(quantity);
        }
      }),
    );
  });

  it('leaves the member what a purchase of the rest alone would have earned, at the rate it was bought at', () => {
    fc.assert(
      fc.property(sales, requests, (sale, wishes) => {
        const { returns } = play({ ...sale, earning: sale.rule }, wishes);
        const rest = sale.amount - sum(returns.map(({ amount }) => amount));
        const points = sale.points - sum(returns.map((each) => each.points));
        expect(points).to.equal(floor(rest, sale.rule));
      }),
    );
  });

  it('takes exactly all with the last of it', () => {
    fc.assert(
      fc.property(sales, requests, (sale, wishes) => {
        const { returns } = play(sale, [...wishes, {}]);
        expect(sum(returns.map(({ amount }) => amount))).to.equal(sale.amount);
        if (sale.amount > 0n) expect(sum(returns.map(({ points }) => points))).to.equal(sale.points);
      }),
    );
  });

  it('takes back all lines, piece by piece, for exactly the whole amount', () => {
    fc.assert(
      fc.property(sales, (sale) => {
        const pieces = sale.items.flatMap(({ quantity }, index) =>
          Array.from({ length: quantity }, () => ({ items: [{ line: index, quantity: 1 }] })),
        );
        const { returns } = play(sale, pieces);
        expect(sum(returns.map(({ amount }) => amount))).to.equal(sale.amount);
      }),
    );
  });
});

describe('settleDebts', () => {
  const accounts = [Buffer.from('aa', 'hex'), Buffer.from('bb', 'hex'), Buffer.from('cc', 'hex')];
  const who = fc.integer({ min: 0, max: 2 });
  const earned = fc.array(fc.record({ who, points: fc.bigInt({ min: 1n, max: 1_000n }) }), { maxLength: 20 });
  const debts = fc.uniqueArray(fc.record({ who, points: fc.bigInt({ min: 1n, max: 5_000n }) }), {
    selector: (debt) => debt.who,
  });
  const accountOf = (index: number) => accounts[index] ?? Buffer.alloc(1);

  it('issues a member nothing while something is owed, and takes from nobody else', () => {
    fc.assert(
      fc.property(earned, debts, (list, owed) => {
        const accruals = list.map((each, index) => ({
          id: BigInt(index),
          account: accountOf(each.who),
          points: each.points,
        }));
        const { left, payments } = settleDebts(
          accruals,
          owed.map((debt) => ({ account: accountOf(debt.who), points: debt.points })),
        );
        accounts.forEach((account, index) => {
          const of = (rows: readonly { account: Buffer; points: bigint }[]) =>
            sum(rows.filter((row) => row.account.equals(account)).map(({ points }) => points));
          const debt = owed.find((each) => each.who === index)?.points ?? 0n;
          const all = of(accruals);
          const paid = debt < all ? debt : all;
          expect(of(payments)).to.equal(paid);
          expect(of(left)).to.equal(all - paid);
        });
        expect(left.every(({ points }) => points > 0n)).to.equal(true);
      }),
    );
  });
});
