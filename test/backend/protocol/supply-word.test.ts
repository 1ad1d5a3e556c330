import { expect } from 'chai';
import fc from 'fast-check';
import { decodeWord, MAX_POINTS } from '../../../backend/protocol/account-word.ts';
import {
  decodeSupply,
  EMPTY_SUPPLY,
  encodeSupply,
  mintPoints,
  rollSupply,
} from '../../../backend/protocol/supply-word.ts';

describe('supply word', () => {
  it('packs every 256-bit word back to itself', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 256n) - 1n), (raw) => {
        expect(encodeSupply(decodeSupply(raw))).to.equal(raw);
      }),
    );
  });

  it('puts what was minted above the epoch', () => {
    const raw = encodeSupply({ buckets: [1n, 2n, 3n, 4n], epoch: 0x55, minted: 0x66n });
    expect(raw.toString(16)).to.equal(
      `66${'0055'}${'000000000004'}${'000000000003'}${'000000000002'}${'000000000001'}`,
    );
    expect(decodeWord(raw).buckets).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(encodeSupply({ ...EMPTY_SUPPLY, minted: MAX_POINTS }) >> 208n).to.equal(MAX_POINTS);
  });

  it('records each epoch’s mints and deaths once, as lists by epoch do', () => {
    const step = fc.record({
      elapsed: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 6 })),
      points: fc.bigInt(0n, 1_000n),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 30 }), (validity, steps) => {
        const minted = new Map<number, bigint>();
        const recorded = { minted: new Map<number, bigint>(), expired: new Map<number, bigint>() };
        let supply = EMPTY_SUPPLY;
        let epoch = 100;
        for (const { elapsed, points } of steps) {
          epoch += elapsed;
          const rolled = rollSupply(supply, { epoch, validity });
          for (const record of rolled.records)
            for (const kind of ['minted', 'expired'] as const) {
              if (record[kind] === 0n) continue;
              expect(recorded[kind].has(record.epoch), `${kind} twice`).to.equal(false);
              recorded[kind].set(record.epoch, record[kind]);
            }
          supply = decodeSupply(encodeSupply(mintPoints(rolled.supply, points)));
          minted.set(epoch, (minted.get(epoch) ?? 0n) + points);
          expect(supply.minted).to.equal(minted.get(epoch));
          for (const [of, all] of minted) {
            const dead = epoch >= of + validity;
            if (of < epoch) expect(recorded.minted.get(of) ?? 0n).to.equal(all);
            expect(recorded.expired.get(of) ?? 0n).to.equal(dead ? all : 0n);
            const place = 3 - (epoch - of);
            expect(supply.buckets[place] ?? 0n).to.equal(dead ? 0n : all);
          }
        }
      }),
    );
  });
});
