import { expect } from 'chai';
import fc from 'fast-check';
import { projectBlock } from '../../../backend/indexer/project-event.ts';
import { accountKey, Projection, redemptionKey } from '../../../backend/indexer/projection.ts';
import {
  decodeWord,
  EMPTY_WORD,
  encodeWord,
  withoutBuckets,
} from '../../../backend/protocol/account-word.ts';
import { judgeRefund } from '../../../backend/refunds/refund.ts';
import { MinorUnits, Points } from '../../../backend/shared/units.ts';

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const totalOf = (word: bigint) => sum(decodeWord(word).buckets);
const EPOCH = 227;
const wordOf = (buckets: readonly [bigint, bigint, bigint, bigint]) =>
  encodeWord({ ...EMPTY_WORD, epoch: EPOCH, buckets });

const bucket = fc.bigInt({ min: 0n, max: 5_000n });
const words = fc
  .tuple(bucket, bucket, bucket, bucket)
  .filter((buckets) => sum(buckets) > 0n)
  .map(wordOf);
const requests = fc.array(
  fc.oneof(
    fc.record({ points: fc.bigInt({ min: 1n, max: 9_000n }) }),
    fc.record({ amount: fc.bigInt({ min: 1n, max: 9_000n }) }),
    fc.constant({}),
  ),
  { maxLength: 10 },
);
type Wish = { points?: bigint; amount?: bigint };
const toRequest = ({ points, amount }: Wish) => ({
  id: 'any',
  ...(points !== undefined && { points: Points.of(points) }),
  ...(amount !== undefined && { amount: MinorUnits.of(amount) }),
});

describe('judgeRefund', () => {
  it('gives back no more of an epoch than the redemption took, in whatever parts, mined or on their way', () => {
    fc.assert(
      fc.property(words, requests, fc.bigInt({ min: 1n, max: 90_000_000n }), (taken, wishes, paid) => {
        let left = taken;
        const underway: bigint[] = [];
        wishes.forEach((wish, index) => {
          try {
            const refund = judgeRefund(toRequest(wish), { taken, left, underway }, paid);
            expect(totalOf(refund.buckets)).to.equal(refund.points);
            expect(refund.points > 0n).to.equal(true);
            underway.push(refund.buckets);
          } catch (error) {
            expect(error).to.have.property('code').that.is.oneOf(['REFUND_TOO_MUCH', 'REFUND_WORTHLESS']);
          }
          // Every second one is mined at once: it leaves what is on its way, and what is left.
          const mined = index % 2 === 0 ? underway.pop() : undefined;
          if (mined !== undefined) left = encodeWord(withoutBuckets(decodeWord(left), decodeWord(mined)));
        });
        const given = underway.reduce(
          (word, buckets) => withoutBuckets(word, decodeWord(buckets)),
          decodeWord(left),
        );
        const back = totalOf(taken) - sum(given.buckets);
        expect(sum(given.buckets) >= 0n && back <= totalOf(taken)).to.equal(true);
        decodeWord(taken).buckets.forEach((points, index) => {
          const outgoing = sum(underway.map((buckets) => decodeWord(buckets).buckets[index] ?? 0n));
          const gone = points - (decodeWord(left).buckets[index] ?? 0n);
          expect(outgoing + gone <= points).to.equal(true);
        });
      }),
    );
  });

  it('gives all of it back with the last', () => {
    fc.assert(
      fc.property(words, fc.bigInt({ min: 1n, max: 4_999n }), (taken, part) => {
        const parts: bigint[] = [];
        if (part < totalOf(taken))
          parts.push(
            judgeRefund(toRequest({ points: part }), { taken, left: taken, underway: [] }, 0n).buckets,
          );
        const rest = judgeRefund(toRequest({}), { taken, left: taken, underway: parts }, 0n);
        expect(sum([...parts, rest.buckets].map(totalOf))).to.equal(totalOf(taken));
        expect(encodeWord(withoutBuckets(decodeWord(rest.buckets), decodeWord(rest.buckets)))).to.equal(
          wordOf([0n, 0n, 0n, 0n]),
        );
      }),
    );
  });

  it('gives those back first that expire last', () => {
    const taken = wordOf([5n, 0n, 10n, 20n]);
    const { buckets } = judgeRefund(toRequest({ points: 23n }), { taken, left: taken, underway: [] }, 0n);
    expect(decodeWord(buckets)).to.deep.include({ buckets: [0n, 0n, 3n, 20n], epoch: EPOCH });
  });

  it('gives for a part of the sum its share of the points, rounded down, and refuses less than a point', () => {
    const taken = wordOf([0n, 0n, 0n, 100n]);
    const ask = (amount: bigint) =>
      judgeRefund(toRequest({ amount }), { taken, left: taken, underway: [] }, 3_000_000n);
    expect([ask(300n).points, ask(299n).points, ask(3n).points]).to.deep.equal([100n, 99n, 1n]);
    expect(() => ask(2n))
      .to.throw()
      .with.property('code', 'REFUND_WORTHLESS');
    expect(() => ask(301n)).to.not.throw();
    expect(() => ask(304n))
      .to.throw()
      .with.property('code', 'REFUND_TOO_MUCH');
  });
});

describe('The indexer', () => {
  const [TOKEN, MEMBER] = [`0x${'a1'.repeat(20)}`, `0x${'b2'.repeat(20)}`] as const;
  const ZERO = `0x${'00'.repeat(20)}` as const;
  const QUARTER = 7_884_000n;
  const START = 1_767_225_600n; // 2026-01-01
  const partner = {
    id: 1,
    name: 'Aurora',
    symbol: 'AUR',
    token: TOKEN,
    admin: ZERO,
    quarters_per_epoch: 1,
    validity: 4,
    transferable: false,
    coverage_bps: 0,
    halted: false,
    leaving: false,
    values_word: 0n,
    reserve: 0n,
    last_batch: 0n,
    match_bps: 0,
    match_budget: 0n,
    breakage_charity: 0,
  };

  it('knows the epochs of what a redemption took, though another act burned as many points in the same block', () => {
    const projection = new Projection();
    projection.load('partners', '1', partner);
    let number = 0n;
    const block = (timestamp: bigint, events: readonly object[]) =>
      projectBlock(projection, { number: ++number, timestamp, events } as never);
    const transfer = (from: string, to: string, value: bigint) => ({
      eventName: 'Transfer',
      token: TOKEN,
      args: { from, to, value },
    });
    const act = (eventName: string, nonce: number, more: object) => ({
      eventName,
      args: {
        member: MEMBER,
        issuer: 1,
        amount: 60n,
        value: 1n,
        nonce,
        ref: `0x${'cc'.repeat(32)}`,
        ...more,
      },
    });
    block(START + 100n, [transfer(ZERO, MEMBER, 50n)]);
    block(START + QUARTER + 100n, [transfer(ZERO, MEMBER, 70n)]);
    block(START + QUARTER + 200n, [
      transfer(MEMBER, ZERO, 60n),
      act('Redeemed', 0, { acceptor: 1 }),
      transfer(MEMBER, ZERO, 60n),
      act('Redeemed', 1, { acceptor: 1 }),
    ]);
    const row = (nonce: number) => projection.rows.redemptions.get(redemptionKey(1, MEMBER, nonce));
    const takenOf = (nonce: number) => decodeWord(row(nonce)?.taken ?? 0n).buckets;
    expect(takenOf(0)).to.deep.equal([0n, 0n, 50n, 10n]);
    expect(takenOf(1)).to.deep.equal([0n, 0n, 0n, 60n]);
    expect(
      decodeWord(projection.rows.token_accounts.get(accountKey(1, MEMBER))?.word ?? 0n).buckets,
    ).to.deep.equal([0n, 0n, 0n, 0n]);
    const epoch = decodeWord(row(0)?.taken ?? 0n).epoch;
    // A refund a quarter later names the points in its own epoch.
    const buckets = encodeWord({ ...EMPTY_WORD, epoch: epoch + 1, buckets: [0n, 20n, 7n, 0n] });
    const refunded = { member: MEMBER, issuer: 1, acceptor: 1, nonce: 0, buckets, points: 27n, value: 1n };
    block(START + 2n * QUARTER + 100n, [{ eventName: 'Refunded', args: refunded }]);
    expect(decodeWord(row(0)?.left ?? 0n).buckets).to.deep.equal([0n, 0n, 30n, 3n]);
    expect(row(1)?.left).to.equal(row(1)?.taken);
  });
});
