import { expect } from 'chai';
import { loadFixture } from '../../helpers/chain.ts';
import { openCoalition, termsOf } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;

describe('PointsToken', () => {
  describe('terms of a clone', () => {
    it('are those that its brand joined with', async () => {
      const { aurora, bistro, cinema } = await loadFixture(openCoalition);
      for (const [token, brand] of [
        [aurora, 'aurora'],
        [bistro, 'bistro'],
        [cinema, 'cinema'],
      ] as const) {
        const terms = termsOf(ana, brand);
        expect(await token.name()).to.equal(terms.name);
        expect(await token.symbol()).to.equal(terms.symbol);
        expect(await token.quartersPerEpoch()).to.equal(terms.quartersPerEpoch);
        expect(await token.validityDuration()).to.equal(terms.validity);
        expect(await token.transferable()).to.equal(terms.transferable);
      }
    });

    it('are the same for all clones where the network says so', async () => {
      const { hub, aurora, cinema } = await loadFixture(openCoalition);
      for (const token of [aurora, cinema]) {
        expect(await token.decimals()).to.equal(0n);
        expect(await token.coalition()).to.equal(await hub.getAddress());
        expect(await token.epochType()).to.equal(1n); // TIME_BASED
        expect(await token.SUPPLY_CAP()).to.equal(2n ** 48n - 1n);
      }
    });

    it('hold names of 0 and of 31 bytes, multi-byte letters included', async () => {
      const { hub, governor, auroraAdmin, tokenOf } = await loadFixture(openCoalition);
      const long = `Café ${'é'.repeat(12)}x`;
      expect(new TextEncoder().encode(long)).to.have.length(31);
      const terms = { ...termsOf(auroraAdmin.address, 'aurora'), name: long, symbol: '' };
      await hub.connect(governor).addPartner(terms);
      const token = await tokenOf(await hub.partnerCount());
      expect(await token.name()).to.equal(long);
      expect(await token.symbol()).to.equal('');
      expect(await token.validityDuration()).to.equal(4n);
    });
  });

  describe('an account that was never touched', () => {
    it('holds nothing and has every nonce before it', async () => {
      const { aurora } = await loadFixture(openCoalition);
      const epoch = await aurora.currentEpoch();
      expect(await aurora.accountWord(ana)).to.equal(epoch << 192n);
      expect(await aurora.supplyWord()).to.equal(epoch << 192n);
      expect(await aurora.balanceOf(ana)).to.equal(0n);
      expect(await aurora.totalSupply()).to.equal(0n);
      expect(await aurora.nextNonce(ana)).to.equal(0n);
      expect(await aurora.isNonceOpen(ana, 0n)).to.equal(true);
      expect(await aurora.isNonceOpen(ana, 1_024n)).to.equal(true);
      expect(await aurora.isNonceOpen(ana, 1_025n)).to.equal(false);
    });
  });
});
