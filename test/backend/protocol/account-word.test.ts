import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AccountWord,
  addPoints,
  balanceAt,
  closeAccount,
  decodeWord,
  EMPTY_WORD,
  encodeWord,
  isClosed,
  liveLots,
  MAX_NONCE_JUMP,
  MAX_POINTS,
  markNonce,
  nonceState,
  rollWord,
  spendOfEpoch,
  spendPoints,
} from '../../../backend/protocol/account-word.ts';

/** The slow twin: a list of lots with the epoch they were earned in, and a set of used nonces. */
class NaiveAccount {
  lots: { epoch: number; points: bigint }[] = [];
  used = new Set<number>();

  live(epoch: number, validity: number) {
    return this.lots
      .filter((lot) => epoch < lot.epoch + validity && lot.points > 0n)
      .sort((a, b) => a.epoch - b.epoch);
  }

  balance(epoch: number, validity: number): bigint {
    return this.live(epoch, validity).reduce((sum, lot) => sum + lot.points, 0n);
  }

  spend(points: bigint, epoch: number, validity: number): boolean {
    if (this.balance(epoch, validity) < points) return false;
    let left = points;
    for (const lot of this.live(epoch, validity)) {
      let part = left;
      if (part > lot.points) part = lot.points;
      lot.points -= part;
      left -= part;
    }
    return true;
  }

  nonceFree(nonce: number): boolean {
    const highest = Math.max(-1, ...this.used);
    if (nonce > highest) return nonce <= highest + 1 + MAX_NONCE_JUMP;
    return !this.used.has(nonce) && highest - nonce < 16;
  }
}

const bucket = fc.bigInt(0n, MAX_POINTS);
const word: fc.Arbitrary<AccountWord> = fc.record({
  buckets: fc.tuple(bucket, bucket, bucket, bucket),
  epoch: fc.integer({ min: 0, max: 65_535 }),
  nextNonce: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  window: fc.integer({ min: 0, max: 65_535 }),
});

describe('account word', () => {
  describe('codec', () => {
    it('takes apart what it packed', () => {
      fc.assert(
        fc.property(word, (value) => {
          expect(decodeWord(encodeWord(value))).to.deep.equal(value);
        }),
      );
    });

    it('packs every 256-bit word back to itself', () => {
      fc.assert(
        fc.property(fc.bigInt(0n, (1n << 256n) - 1n), (raw) => {
          expect(encodeWord(decodeWord(raw))).to.equal(raw);
        }),
      );
    });

    it('puts each field where the contracts put it', () => {
      const raw = encodeWord({ buckets: [1n, 2n, 3n, 4n], epoch: 0x55, nextNonce: 0x66, window: 0x77 });
      expect(raw.toString(16)).to.equal(
        `${'77'}${'00000066'}${'0055'}${'000000000004'}${'000000000003'}${'000000000002'}${'000000000001'}`,
      );
    });
  });

  describe('buckets', () => {
    it('earn, spend and lapse as a list of lots does', () => {
      const step = fc.record({
        elapsed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 6 })),
        earn: fc.bigInt(0n, 1_000n),
        spend: fc.bigInt(0n, 1_500n),
      });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 30 }), (validity, steps) => {
          const naive = new NaiveAccount();
          let packed = EMPTY_WORD;
          let epoch = 100;
          for (const { elapsed, earn, spend } of steps) {
            epoch += elapsed;
            const clock = { epoch, validity };
            packed = addPoints(packed, earn, clock);
            naive.lots.push({ epoch, points: earn });
            const spent = spendPoints(packed, spend, clock);
            expect(spent !== null).to.equal(naive.spend(spend, epoch, validity));
            if (spent) {
              expect(spent.taken.reduce((sum, part) => sum + part, 0n)).to.equal(spend);
              packed = decodeWord(encodeWord(spent.word));
            }
            expect(balanceAt(packed, clock)).to.equal(naive.balance(epoch, validity));
            const merged = new Map<number, bigint>();
            for (const lot of naive.live(epoch, validity))
              merged.set(lot.epoch, (merged.get(lot.epoch) ?? 0n) + lot.points);
            expect(liveLots(packed, clock)).to.deep.equal(
              [...merged].map(([lotEpoch, points]) => ({ epoch: lotEpoch, points })),
            );
          }
        }),
      );
    });

    it('never gain by time alone (I7)', () => {
      fc.assert(
        fc.property(
          word,
          fc.integer({ min: 1, max: 4 }),
          fc.nat(10),
          fc.nat(10),
          (value, validity, first, second) => {
            const before = { epoch: value.epoch + first, validity };
            const after = { epoch: value.epoch + first + second, validity };
            expect(balanceAt(value, after) <= balanceAt(value, before)).to.equal(true);
            expect(rollWord(rollWord(value, before), after)).to.deep.equal(rollWord(value, after));
          },
        ),
      );
    });

    it('give points of one epoch alone, and none of a dead one or one to come', () => {
      fc.assert(
        fc.property(
          word,
          fc.integer({ min: 1, max: 4 }),
          fc.nat(5),
          fc.integer({ min: -6, max: 2 }),
          fc.bigInt(0n, MAX_POINTS),
          (value, validity, elapsed, back, points) => {
            const clock = { epoch: value.epoch + elapsed, validity };
            const of = clock.epoch + back;
            const lots = liveLots(value, clock);
            const held = lots.find(({ epoch }) => epoch === of)?.points ?? 0n;
            const spent = spendOfEpoch(value, points, { ...clock, of });
            expect(spent !== null).to.equal(points <= held);
            if (!spent) return;
            const left = lots.map((lot) => (lot.epoch === of ? { ...lot, points: held - points } : lot));
            expect(liveLots(spent.word, clock)).to.deep.equal(left.filter((lot) => lot.points > 0n));
            expect(spent.taken.reduce((sum, part) => sum + part, 0n)).to.equal(points);
            expect(spent.word.nextNonce).to.equal(value.nextNonce);
          },
        ),
      );
    });

    it('are left alone when too few points are live', () => {
      const clock = { epoch: 7, validity: 2 };
      expect(spendPoints(addPoints(EMPTY_WORD, 10n, clock), 11n, clock)).to.equal(null);
    });
  });

  describe('nonces', () => {
    it('act once each, as a set of used nonces does', () => {
      const near = fc.integer({ min: -20, max: 20 });
      const jump = fc.integer({ min: MAX_NONCE_JUMP - 3, max: MAX_NONCE_JUMP + 3 });
      fc.assert(
        fc.property(
          fc.array(fc.oneof({ weight: 9, arbitrary: near }, jump), { maxLength: 60 }),
          (offsets) => {
            const naive = new NaiveAccount();
            let packed = EMPTY_WORD;
            for (const offset of offsets) {
              const nonce = Math.max(0, packed.nextNonce + offset);
              const free = nonceState(packed, nonce) === 'free';
              expect(free).to.equal(naive.nonceFree(nonce));
              if (!free) continue;
              packed = decodeWord(encodeWord(markNonce(packed, nonce)));
              naive.used.add(nonce);
              expect(nonceState(packed, nonce)).to.equal('used');
            }
          },
        ),
      );
    });

    it('are all used once an account is closed, and its points are left', () => {
      fc.assert(
        fc.property(word, fc.integer({ min: 0, max: 2 ** 32 + 2_000 }), (value, nonce) => {
          const closed = decodeWord(encodeWord(closeAccount(value)));
          expect(nonceState(closed, nonce)).not.to.equal('free');
          expect(isClosed(closed)).to.equal(true);
          expect(closed.buckets).to.deep.equal(value.buckets);
        }),
      );
      expect(isClosed(EMPTY_WORD)).to.equal(false);
      expect(isClosed({ nextNonce: 2 ** 32 - 1, window: 0x7fff })).to.equal(false);
      expect(isClosed({ nextNonce: 2 ** 32 - 2, window: 0xffff })).to.equal(false);
      for (const nonce of [2 ** 32 - 17, 2 ** 32 - 16, 2 ** 32 - 2, 2 ** 32 - 1])
        expect(nonceState(closeAccount(EMPTY_WORD), nonce)).not.to.equal('free');
    });

    it('say why one cannot be used', () => {
      const value = { nextNonce: 20, window: 1 };
      expect(nonceState(value, 19)).to.equal('used');
      expect(nonceState(value, 18)).to.equal('free');
      expect(nonceState(value, 4)).to.equal('free');
      expect(nonceState(value, 3)).to.equal('too-old');
      expect(nonceState(value, 20 + MAX_NONCE_JUMP)).to.equal('free');
      expect(nonceState(value, 21 + MAX_NONCE_JUMP)).to.equal('too-far');
      expect(nonceState({ nextNonce: 2 ** 32 - 1, window: 1 }, 2 ** 32 - 1)).to.equal('too-far');
    });
  });
});
