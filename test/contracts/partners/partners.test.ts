import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { decodeValues } from '../../../backend/protocol/values-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { AURORA, BISTRO, deployCoalition, openCoalition, termsOf, USD } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const UNKNOWN = 4;

describe('Partners', () => {
  describe('addPartner', () => {
    describe('with valid terms', () => {
      it('numbers brands from 1 up and says all that they joined with', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const asGovernor = hub.connect(governor);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        expect(await hub.partnerCount()).to.equal(0n);
        expect(await asGovernor.addPartner.staticCall(terms)).to.equal(1n);
        const adding = await asGovernor.addPartner(terms);
        const { token } = await hub.partnerReport(1);
        await expect(adding)
          .to.emit(hub, 'PartnerAdded')
          .withArgs(1n, token, auroraAdmin, Object.values(terms));
        expect(await asGovernor.addPartner.staticCall(terms)).to.equal(2n);
        expect(await hub.partnerCount()).to.equal(1n);
      });

      it('gives each a token of its own, even to brands with the same terms', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        await hub.connect(governor).addPartner(terms);
        await hub.connect(governor).addPartner(terms);
        const [first, second] = await hub.partnerReports();
        expect(first?.token).to.not.equal(second?.token);
        expect(first?.token).to.not.equal(await hub.tokenImplementation());
      });

      it('starts with one value for all epochs, no supply, no money and no batch', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        await hub.connect(governor).addPartner(terms);
        const report = await hub.partnerReport(1);
        const { value } = terms;
        expect(decodeValues(report.valuesWord)).to.deep.equal({
          values: [value, value, value, value, value],
          epoch: 232,
        });
        expect(report.admin).to.equal(auroraAdmin.address);
        expect(report.halted).to.equal(false);
        const { lastBatch, supply, liability, required, reserve } = report;
        expect([lastBatch, supply, liability, required, reserve]).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
      });

      it('accepts the borders of every range', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        const borders = [
          { quartersPerEpoch: 1n, validity: 1n, value: 1n, coverageBps: 1n },
          { quartersPerEpoch: 2n, validity: 4n, value: 2n ** 40n - 1n, coverageBps: 20_000n },
          { quartersPerEpoch: 4n, validity: 4n, value: 1n, coverageBps: 10_000n },
        ];
        for (const border of borders) {
          await hub.connect(governor).addPartner({ ...terms, ...border });
          const report = await hub.partnerReport(await hub.partnerCount());
          expect(report.coverageBps).to.equal(border.coverageBps);
          expect(decodeValues(report.valuesWord).values[3]).to.equal(border.value);
        }
      });
    });

    describe('with invalid terms', () => {
      it('refuses epochs of other than 1, 2 or 4 quarters', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        for (const quartersPerEpoch of [0n, 3n, 5n, 8n, 255n])
          await expect(hub.connect(governor).addPartner({ ...terms, quartersPerEpoch }))
            .to.be.revertedWithCustomError(hub, 'PartnerCalendarInvalid')
            .withArgs(quartersPerEpoch, 4n);
      });

      it('refuses a validity of no epoch and of more than four', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        for (const validity of [0n, 5n, 255n])
          await expect(hub.connect(governor).addPartner({ ...terms, validity }))
            .to.be.revertedWithCustomError(hub, 'PartnerCalendarInvalid')
            .withArgs(1n, validity);
      });

      it('refuses shares of breakage that are more than all of it', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(openCoalition);
        const terms = { ...termsOf(auroraAdmin.address, 'aurora'), breakageCharity: 1n };
        for (const [fundBps, charityBps] of [
          [10_001n, 0n],
          [0n, 10_001n],
          [5_000n, 5_001n],
          [65_535n, 65_535n],
        ] as const)
          await expect(hub.connect(governor).addPartner({ ...terms, fundBps, charityBps }))
            .to.be.revertedWithCustomError(hub, 'PartnerSharesInvalid')
            .withArgs(fundBps, charityBps);
        await hub.connect(governor).addPartner({ ...terms, fundBps: 5_000n, charityBps: 5_000n });
        const { breakage } = await hub.partnerReport(await hub.partnerCount());
        expect([...breakage]).to.deep.equal([5_000n, 5_000n, 1n, 231n, 0n, 0n, 0n]);
      });

      it('refuses a share for a charity that does not exist', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(openCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        for (const breakageCharity of [0n, 2n])
          await expect(hub.connect(governor).addPartner({ ...terms, charityBps: 1n, breakageCharity }))
            .to.be.revertedWithCustomError(hub, 'CharityUnknown')
            .withArgs(breakageCharity);
        await hub.connect(governor).addPartner({ ...terms, charityBps: 0n, breakageCharity: 2n });
      });

      it('refuses a coverage of nothing and of more than twice the liability', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        for (const coverageBps of [0n, 20_001n, 65_535n])
          await expect(hub.connect(governor).addPartner({ ...terms, coverageBps }))
            .to.be.revertedWithCustomError(hub, 'PartnerCoverageInvalid')
            .withArgs(coverageBps, 20_000n);
        expect(await hub.COVERAGE_LIMIT_BPS()).to.equal(20_000n);
      });

      it('refuses points that are worth nothing', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        await expect(
          hub.connect(governor).addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), value: 0n }),
        )
          .to.be.revertedWithCustomError(hub, 'PointValueInvalid')
          .withArgs(0n);
      });

      it('refuses a brand that nobody administers', async () => {
        const { hub, governor } = await loadFixture(deployCoalition);
        await expect(hub.connect(governor).addPartner(termsOf(ZeroAddress, 'aurora')))
          .to.be.revertedWithCustomError(hub, 'PartnerAdminInvalid')
          .withArgs(ZeroAddress);
      });

      it('refuses names of over 31 bytes', async () => {
        const { hub, governor, auroraAdmin } = await loadFixture(deployCoalition);
        const terms = termsOf(auroraAdmin.address, 'aurora');
        const long = 'x'.repeat(32);
        for (const names of [{ name: long }, { symbol: long }])
          await expect(hub.connect(governor).addPartner({ ...terms, ...names }))
            .to.be.revertedWithCustomError(hub, 'StringTooLong')
            .withArgs(long);
        expect(await hub.partnerCount()).to.equal(0n);
      });
    });
  });

  describe('setPartnerAdmin', () => {
    describe('by the present admin', () => {
      it('hands everything over', async () => {
        const { hub, auroraAdmin, stranger } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).setPartnerAdmin(AURORA, stranger))
          .to.emit(hub, 'PartnerAdminChanged')
          .withArgs(AURORA, stranger);
        expect((await hub.partnerReport(AURORA)).admin).to.equal(stranger.address);
        await hub.connect(stranger).withdraw(AURORA, USD, stranger);
        await expect(hub.connect(auroraAdmin).withdraw(AURORA, USD, auroraAdmin))
          .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
          .withArgs(AURORA, auroraAdmin);
      });

      it('refuses the zero address', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).setPartnerAdmin(AURORA, ZeroAddress))
          .to.be.revertedWithCustomError(hub, 'PartnerAdminInvalid')
          .withArgs(ZeroAddress);
      });
    });

    describe('by anybody else', () => {
      it('is refused, to governance and to other brands too', async () => {
        const { hub, governor, bistroAdmin, stranger, deployer } = await loadFixture(openCoalition);
        for (const caller of [governor, bistroAdmin, stranger, deployer])
          await expect(hub.connect(caller).setPartnerAdmin(AURORA, caller))
            .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
            .withArgs(AURORA, caller);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        for (const partner of [0, UNKNOWN])
          await expect(hub.connect(auroraAdmin).setPartnerAdmin(partner, auroraAdmin))
            .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
            .withArgs(partner);
      });
    });
  });

  describe('setCoveragePolicy', () => {
    it('sets what a brand must hold', async () => {
      const { hub, governor, issue } = await loadFixture(openCoalition);
      await issue(AURORA, [ana, 101n]); // 1.01 dollars
      for (const [coverageBps, required] of [
        [1n, 101n],
        [3_333n, 336_633n],
        [10_000n, 1_010_000n],
        [20_000n, 2_020_000n],
      ] as const) {
        await expect(hub.connect(governor).setCoveragePolicy(AURORA, coverageBps))
          .to.emit(hub, 'CoveragePolicyChanged')
          .withArgs(AURORA, coverageBps);
        const report = await hub.partnerReport(AURORA);
        expect([report.coverageBps, report.required]).to.deep.equal([coverageBps, required]);
      }
      expect((await hub.partnerReport(BISTRO)).coverageBps).to.equal(5_000n);
    });

    it('may ask for more than a brand holds: issuance and withdrawals stop, nothing is taken', async () => {
      const { hub, governor, auroraAdmin, issue } = await loadFixture(openCoalition);
      await issue(AURORA, [ana, 100_000n]); // all that the reserve covers at 100 %
      await hub.connect(governor).setCoveragePolicy(AURORA, 10_001n);
      const short = [AURORA, 1_000n * USD, 1_000_100_000n] as const;
      await expect(issue(AURORA, [ana, 0n]))
        .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
        .withArgs(...short);
      await expect(hub.connect(auroraAdmin).withdraw(AURORA, 1n, auroraAdmin))
        .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
        .withArgs(AURORA, 1_000n * USD - 1n, 1_000_100_000n);
      expect((await hub.partnerReport(AURORA)).reserve).to.equal(1_000n * USD);
    });

    it('refuses what is out of range', async () => {
      const { hub, governor } = await loadFixture(openCoalition);
      for (const coverageBps of [0n, 20_001n])
        await expect(hub.connect(governor).setCoveragePolicy(AURORA, coverageBps))
          .to.be.revertedWithCustomError(hub, 'PartnerCoverageInvalid')
          .withArgs(coverageBps, 20_000n);
    });

    it('refuses a brand that does not exist', async () => {
      const { hub, governor } = await loadFixture(openCoalition);
      await expect(hub.connect(governor).setCoveragePolicy(UNKNOWN, 10_000n))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });
  });

  describe('partnerReport', () => {
    it('adds up live points by the value of their epoch', async () => {
      const { hub, aurora, auroraAdmin, issue } = await loadFixture(openCoalition);
      await issue(AURORA, [ana, 100n]);
      await hub.connect(auroraAdmin).scheduleValue(AURORA, 20_000n);
      await mineAt(at('2028-04-01'));
      await issue(AURORA, [ana, 50n], [auroraAdmin.address, 1n]);
      const report = await hub.partnerReport(AURORA);
      expect(report.partner).to.equal(AURORA);
      expect(report.token).to.equal(await aurora.getAddress());
      expect(report.lastBatch).to.equal(2n);
      expect(report.supply).to.equal(151n);
      expect(report.liability).to.equal(100n * 10_000n + 51n * 20_000n);
      expect(report.required).to.equal(report.liability);
      expect(report.reserve).to.equal(1_000n * USD);
      expect(report.supplyWord).to.equal(await aurora.supplyWord());
      expect(decodeWord(report.supplyWord).buckets).to.deep.equal([0n, 0n, 100n, 51n]);
      expect(decodeValues(report.valuesWord)).to.deep.equal({
        values: [10_000n, 10_000n, 10_000n, 20_000n, 20_000n],
        epoch: 233,
      });
    });

    it('rounds what is required up, in favour of the members', async () => {
      const { hub, governor, issue } = await loadFixture(openCoalition);
      await hub.connect(governor).setCoveragePolicy(BISTRO, 1n);
      await issue(BISTRO, [ana, 1n]); // 3,000 µUSD at 0.01 % are 0.3 µUSD
      const { liability, required } = await hub.partnerReport(BISTRO);
      expect([liability, required]).to.deep.equal([3_000n, 1n]);
    });

    it('frees the liability of points that have expired', async () => {
      const { hub, issue } = await loadFixture(openCoalition);
      await issue(AURORA, [ana, 100n]);
      await mineAt(at('2029-01-01') - 1);
      expect((await hub.partnerReport(AURORA)).liability).to.equal(USD);
      await mineAt(at('2029-01-01'));
      const { supply, liability, required, reserve } = await hub.partnerReport(AURORA);
      expect([supply, liability, required, reserve]).to.deep.equal([0n, 0n, 0n, 1_000n * USD]);
    });

    it('refuses a brand that does not exist', async () => {
      const { hub } = await loadFixture(openCoalition);
      for (const partner of [0, UNKNOWN])
        await expect(hub.partnerReport(partner))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(partner);
    });
  });

  describe('partnerReports', () => {
    it('is every brand’s report in order, and nothing before the first', async () => {
      const { hub } = await loadFixture(openCoalition);
      const reports = await hub.partnerReports();
      expect(reports.map(({ partner }) => partner)).to.deep.equal([1n, 2n, 3n]);
      for (const report of reports) expect(report).to.deep.equal(await hub.partnerReport(report.partner));
      const empty = await loadFixture(deployCoalition);
      expect(await empty.hub.partnerReports()).to.deep.equal([]);
    });
  });
});
