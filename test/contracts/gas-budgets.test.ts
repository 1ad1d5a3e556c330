import { expect } from 'chai';
import { measureGas } from '../../scripts/bench/gas/bench-gas.ts';
import { CODE_LIMIT, ROWS, type Row, type RowKey, SIZED } from '../../scripts/bench/gas/budgets.ts';

/** Gas is exact, so this needs no quiet machine. The same figures as a table: `npm run bench -- gas`. */
describe('Gas', function () {
  this.timeout(300_000);
  let measured: Awaited<ReturnType<typeof measureGas>>;
  before(async () => {
    measured = await measureGas('osaka');
  });

  for (const key of Object.keys(ROWS) as RowKey[]) {
    const { label, budget, ceiling }: Row = ROWS[key];
    const limit = ceiling ?? budget;
    if (limit !== undefined)
      it(`of “${label}” is at most ${limit} an item`, () => {
        expect(measured.gas[key]).to.be.above(0);
        expect(measured.gas[key]).to.be.at.most(limit);
      });
    if (ceiling !== undefined && budget !== undefined)
      it(`of “${label}” has not come within its budget of ${budget}: then its ceiling goes`, () => {
        expect(measured.gas[key]).to.be.above(budget);
      });
  }

  it('of an act is less than the usual forwarder takes to burn plain points', () => {
    const { gas } = measured;
    expect(gas['act.crossbrand.compact.50']).to.be.below(gas['peer.forwarder.burn.50']);
    expect(gas['act.crossbrand.abi.50']).to.be.below(gas['peer.forwarder.burn.50']);
  });

  it('of an act is little more than a third of what ERC-4337 takes for the same', () => {
    const { gas } = measured;
    expect(gas['act.crossbrand.compact.50']).to.be.below(0.35 * gas['peer.erc4337.crossbrand.50']);
    expect(gas['act.passkey.50']).to.be.below(gas['peer.erc4337.burn.50']);
  });

  it('of points that expire is no more than that of ERC-7818 without coverage', () => {
    const { gas } = measured;
    expect(gas['earn.existing.500']).to.be.below(gas['peer.erc7818.mint.500']);
    expect(gas['earn.new.500']).to.be.below(gas['peer.erc7818.mint.new.500']);
  });

  it('of issuance in batches is that of a plain ERC-20, give or take a tenth', () => {
    const { gas } = measured;
    expect(gas['earn.existing.500']).to.be.below(1.1 * gas['peer.erc20.mint.500']);
    expect(gas['earn.new.500']).to.be.below(1.1 * gas['peer.erc20.mint.new.500']);
  });

  for (const name of SIZED)
    it(`leaves the code of ${name} within what a chain accepts`, () => {
      expect(measured.sizes[name]).to.be.within(1, CODE_LIMIT);
    });
});
