import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, mintOf, openCoalition, USD } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;
const receiptsRoot = id('receipts');
const UNKNOWN = 4;

/** `count` different members with one point each. */
const crowd = (count: number) =>
  Array.from({ length: count }, (_, index) => mintOf(`0x${(index + 1).toString(16).padStart(40, '0')}`, 1n));

describe('Issuance', () => {
  describe('issue', () => {
    describe('a batch in its turn', () => {
      it('mints to every member and says which receipts it settles', async () => {
        const { hub, issuer, aurora } = await loadFixture(openCoalition);
        const mints = [mintOf(ana, 100n), mintOf(ben, 23n)];
        await expect(hub.connect(issuer).issue([{ partner: AURORA, number: 1, receiptsRoot, mints }]))
          .to.emit(hub, 'BatchIssued')
          .withArgs(AURORA, 1n, receiptsRoot, 2n, 123n);
        expect(await aurora.balanceOf(ana)).to.equal(100n);
        expect(await aurora.balanceOf(ben)).to.equal(23n);
        expect((await hub.partnerReport(AURORA)).lastBatch).to.equal(1n);
      });

      it('may be one of several, of one brand in order and of others', async () => {
        const { hub, issuer, aurora, bistro } = await loadFixture(openCoalition);
        const issuing = hub.connect(issuer).issue([
          { partner: AURORA, number: 1, receiptsRoot, mints: [mintOf(ana, 1n)] },
          { partner: BISTRO, number: 1, receiptsRoot: id('b'), mints: [mintOf(ana, 2n)] },
          { partner: AURORA, number: 2, receiptsRoot: id('c'), mints: [mintOf(ana, 4n)] },
        ]);
        await expect(issuing).to.emit(hub, 'BatchIssued').withArgs(AURORA, 1n, receiptsRoot, 1n, 1n);
        await expect(issuing).to.emit(hub, 'BatchIssued').withArgs(BISTRO, 1n, id('b'), 1n, 2n);
        await expect(issuing).to.emit(hub, 'BatchIssued').withArgs(AURORA, 2n, id('c'), 1n, 4n);
        expect(await aurora.balanceOf(ana)).to.equal(5n);
        expect(await bistro.balanceOf(ana)).to.equal(2n);
      });

      it('may be none', async () => {
        const { hub, issuer } = await loadFixture(openCoalition);
        await expect(hub.connect(issuer).issue([])).to.not.emit(hub, 'BatchIssued');
      });
    });

    describe('a batch that is sent again', () => {
      it('is refused with the number that is next, and mints nothing', async () => {
        const { hub, issuer, aurora } = await loadFixture(openCoalition);
        const batch = { partner: AURORA, number: 1, receiptsRoot, mints: [mintOf(ana, 100n)] };
        await hub.connect(issuer).issue([batch]);
        await expect(hub.connect(issuer).issue([batch]))
          .to.be.revertedWithCustomError(hub, 'BatchNumberUnexpected')
          .withArgs(AURORA, 2n, 1n);
        expect(await aurora.balanceOf(ana)).to.equal(100n);
      });

      it('is refused within one call too', async () => {
        const { hub, issuer } = await loadFixture(openCoalition);
        const batch = { partner: AURORA, number: 1, receiptsRoot, mints: [mintOf(ana, 100n)] };
        await expect(hub.connect(issuer).issue([batch, batch]))
          .to.be.revertedWithCustomError(hub, 'BatchNumberUnexpected')
          .withArgs(AURORA, 2n, 1n);
      });
    });

    describe('a batch out of turn', () => {
      it('is refused: 0, one too far, and the last number of all', async () => {
        const { hub, issuer } = await loadFixture(openCoalition);
        for (const number of [0n, 2n, 2n ** 48n - 1n])
          await expect(
            hub.connect(issuer).issue([{ partner: AURORA, number, receiptsRoot, mints: [mintOf(ana, 1n)] }]),
          )
            .to.be.revertedWithCustomError(hub, 'BatchNumberUnexpected')
            .withArgs(AURORA, 1n, number);
      });
    });

    describe('a batch of a size that is not allowed', () => {
      it('is refused when it is empty or over 500, and taken at 500', async () => {
        const { hub, issuer, bistro } = await loadFixture(openCoalition);
        expect(await hub.BATCH_LIMIT()).to.equal(500n);
        for (const mints of [[], crowd(501)])
          await expect(hub.connect(issuer).issue([{ partner: BISTRO, number: 1, receiptsRoot, mints }]))
            .to.be.revertedWithCustomError(hub, 'BatchSizeInvalid')
            .withArgs(BISTRO, mints.length, 500n);
        await hub.connect(issuer).issue([{ partner: BISTRO, number: 1, receiptsRoot, mints: crowd(500) }]);
        expect(await bistro.totalSupply()).to.equal(500n);
      });
    });

    describe('a batch that money does not cover', () => {
      it('is refused with reserve and requirement, and the last point that is covered is not', async () => {
        const { hub, issue, aurora } = await loadFixture(openCoalition);
        await expect(issue(AURORA, [ana, 100_001n]))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 1_000n * USD, 1_000n * USD + 10_000n);
        await issue(AURORA, [ana, 100_000n]);
        expect(await aurora.totalSupply()).to.equal(100_000n);
      });

      it('counts the coverage policy: half for Bistro, twice for Cinema', async () => {
        const { hub, issue, deposit } = await loadFixture(openCoalition);
        await issue(BISTRO, [ana, 666_666n]); // 1,999.998 dollars, half of it are 999.999
        await expect(issue(BISTRO, [ana, 1n]))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(BISTRO, 1_000n * USD, 1_000_000_500n);
        await deposit(BISTRO, 500n);
        await issue(BISTRO, [ana, 1n]);

        await issue(CINEMA, [ana, 7_142n]); // 499.947142 dollars, twice
        await expect(issue(CINEMA, [ana, 1n]))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(CINEMA, 1_000n * USD, 7_143n * 70_001n * 2n);
      });

      it('takes the other batches of the call with it', async () => {
        const { hub, issuer, aurora } = await loadFixture(openCoalition);
        await expect(
          hub.connect(issuer).issue([
            { partner: AURORA, number: 1, receiptsRoot, mints: [mintOf(ana, 1n)] },
            { partner: BISTRO, number: 1, receiptsRoot, mints: [mintOf(ana, 1_000_000n)] },
          ]),
        )
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(BISTRO, 1_000n * USD, 1_500n * USD);
        expect(await aurora.totalSupply()).to.equal(0n);
        expect((await hub.partnerReport(AURORA)).lastBatch).to.equal(0n);
      });

      it('is taken when expired points have freed the money', async () => {
        const { hub, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 100_000n]);
        await mineAt(at('2028-12-31T23:59:00Z'));
        await expect(issue(AURORA, [ben, 1n]))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 1_000n * USD, 1_000n * USD + 10_000n);
        await mineAt(at('2029-01-01'));
        await issue(AURORA, [ben, 100_000n]);
      });
    });

    describe('to the zero address', () => {
      it('is refused by the token', async () => {
        const { issue, aurora } = await loadFixture(openCoalition);
        await expect(issue(AURORA, [ana, 1n], [ZeroAddress, 1n]))
          .to.be.revertedWithCustomError(aurora, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, issuer } = await loadFixture(openCoalition);
        for (const partner of [0, UNKNOWN])
          await expect(
            hub.connect(issuer).issue([{ partner, number: 1, receiptsRoot, mints: [mintOf(ana, 1n)] }]),
          )
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(partner);
      });
    });

    describe('of a brand that is halted', () => {
      it('is refused, and other brands go on', async () => {
        const { hub, guardian, issue } = await loadFixture(openCoalition);
        await hub.connect(guardian).haltPartner(AURORA);
        await expect(issue(AURORA, [ana, 1n]))
          .to.be.revertedWithCustomError(hub, 'PartnerHalted')
          .withArgs(AURORA);
        await issue(BISTRO, [ana, 1n]);
      });
    });

    describe('while the coalition is halted', () => {
      it('is refused at every brand', async () => {
        const { hub, guardian, issue } = await loadFixture(openCoalition);
        await hub.connect(guardian).halt();
        for (const partner of [AURORA, BISTRO])
          await expect(issue(partner, [ana, 1n])).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
      });
    });
  });
});
