import { expect } from 'chai';
import fc from 'fast-check';
import { estimateFees, FEE_LIMIT, raiseFees } from '../../../backend/relay/fees.ts';
import type { Deps } from '../../../backend/shared/deps.ts';

const GWEI = 10n ** 9n;

/** A chain with this base fee, whose node suggests this tip; null when it can't. */
const chainOf = (baseFeePerGas: bigint, tip: bigint | null): Pick<Deps, 'chain'> => {
  const chain = {
    getBlock: async () => ({ baseFeePerGas }),
    request: async () => {
      if (tip === null) throw new Error('method not found');
      return `0x${tip.toString(16)}`;
    },
  };
  return { chain: chain as never };
};

describe('Fees', () => {
  it('are twice the base fee and the tip that the node suggests, or one gwei', async () => {
    expect(await estimateFees(chainOf(30n * GWEI, 2n * GWEI))).to.deep.equal({
      maxFeePerGas: 62n * GWEI,
      maxPriorityFeePerGas: 2n * GWEI,
    });
    expect(await estimateFees(chainOf(30n * GWEI, null))).to.deep.equal({
      maxFeePerGas: 61n * GWEI,
      maxPriorityFeePerGas: GWEI,
    });
  });

  it('of a replacement follow a spike of the base fee × 20 at once, up to the limit and no further', async () => {
    const calm = await estimateFees(chainOf(10n * GWEI, GWEI));
    const spike = raiseFees(calm, await estimateFees(chainOf(200n * GWEI, GWEI)));
    // Enough for the spiked block, though an eighth more than before would not be.
    expect(spike).to.deep.equal({ maxFeePerGas: 401n * GWEI, maxPriorityFeePerGas: 1_125_000_000n });
    const beyond = await estimateFees(chainOf(600n * GWEI, GWEI));
    expect(beyond.maxFeePerGas).to.equal(FEE_LIMIT);
    expect(raiseFees(calm, beyond)?.maxFeePerGas).to.equal(FEE_LIMIT);
    // It offers all that it may: from here on it waits for the spike to pass.
    expect(raiseFees(beyond, beyond)).to.equal(null);
  });

  it('of every replacement are ones that nodes take, and never above the limit', () => {
    const fee = fc.bigInt({ min: 0n, max: 2n * FEE_LIMIT });
    fc.assert(
      fc.property(fee, fee, fee, fee, (lastMax, lastTip, presentMax, presentTip) => {
        const last = { maxFeePerGas: lastMax, maxPriorityFeePerGas: lastTip };
        const raised = raiseFees(last, { maxFeePerGas: presentMax, maxPriorityFeePerGas: presentTip });
        if (!raised) return true;
        const enough = (before: bigint, after: bigint) => after * 10n >= before * 11n && after <= FEE_LIMIT;
        return enough(lastMax, raised.maxFeePerGas) && enough(lastTip, raised.maxPriorityFeePerGas);
      }),
    );
  });

  it('reach the limit from any calm fee in a bounded number of replacements', () => {
    let fees = { maxFeePerGas: GWEI, maxPriorityFeePerGas: GWEI };
    let replacements = 0;
    for (let next = raiseFees(fees, fees); next; next = raiseFees(fees, fees)) {
      fees = next;
      replacements += 1;
    }
    expect(replacements).to.equal(52);
  });
});
