import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import { loadFixture, mineAt, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, mintOf, openCoalition, termsOf, USD } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const receiptsRoot = id('receipts');
/** A brand that has just joined. */
const NEW = 4;
const UNKNOWN = 5;

/** Aurora allows 1,000 points, which refill within 100 seconds; a fourth brand has money, and allows nothing yet. */
async function allowanceFixture() {
  const coalition = await openCoalition();
  const { hub, governor, auroraAdmin, deposit } = coalition;
  await hub.connect(auroraAdmin).setMintAllowance(AURORA, 1_000n, 100n);
  await hub.connect(governor).addPartner(termsOf(auroraAdmin.address, 'aurora'));
  await deposit(NEW, 1_000n * USD);
  const available = async (partner = AURORA) => (await hub.partnerReport(partner)).mintAvailable;
  /** Issues in a block of exactly that second. */
  const issueAt = async (timestamp: number, points: bigint) => {
    const batch = await coalition.nextBatch(AURORA, [ana, points]);
    await time.setNextBlockTimestamp(timestamp);
    return hub.connect(coalition.issuer).issue([batch]);
  };
  return { ...coalition, asAdmin: hub.connect(auroraAdmin), available, issueAt };
}

/** 600 of them were used. */
async function usedFixture() {
  const coalition = await allowanceFixture();
  await coalition.issue(AURORA, [ana, 600n]);
  return { ...coalition, usedAt: await time.latest() };
}

/** Aurora has named an issuing key. */
async function keyFixture() {
  const coalition = await allowanceFixture();
  const { asAdmin, seaRescue } = coalition;
  await asAdmin.setMintAllowance(AURORA, 0n, 0n);
  await asAdmin.setIssuingKey(AURORA, seaRescue);
  return { ...coalition, key: seaRescue };
}

describe('Partners', () => {
  describe('setMintAllowance', () => {
    it('is said, and begins full', async () => {
      const { hub, asAdmin, available } = await loadFixture(allowanceFixture);
      await expect(asAdmin.setMintAllowance(NEW, 500n, 3_600n))
        .to.emit(hub, 'MintAllowanceChanged')
        .withArgs(NEW, 500n, 3_600n);
      const { mintCapacity, mintWindow } = await hub.partnerReport(NEW);
      expect([mintCapacity, mintWindow, await available(NEW)]).to.deep.equal([500n, 3_600n, 500n]);
    });

    it('is nothing for a brand that joins, which then gets no points', async () => {
      const { hub, issue } = await loadFixture(allowanceFixture);
      const { mintCapacity, mintWindow, mintAvailable } = await hub.partnerReport(NEW);
      expect([mintCapacity, mintWindow, mintAvailable]).to.deep.equal([0n, 0n, 0n]);
      await expect(issue(NEW, [ana, 1n]))
        .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
        .withArgs(NEW, 0n, 1n);
    });

    it('needs a second to refill, unless it is nothing', async () => {
      const { hub, asAdmin } = await loadFixture(allowanceFixture);
      for (const capacity of [1n, 2n ** 48n - 1n])
        await expect(asAdmin.setMintAllowance(AURORA, capacity, 0n))
          .to.be.revertedWithCustomError(hub, 'MintAllowanceInvalid')
          .withArgs(capacity, 0n);
      await asAdmin.setMintAllowance(AURORA, 0n, 0n);
      await asAdmin.setMintAllowance(AURORA, 0n, 100n);
      await asAdmin.setMintAllowance(AURORA, 1n, 1n);
    });

    it('is the admin’s alone: neither the issuer’s nor governance’s', async () => {
      const { hub, governor, issuer, bistroAdmin } = await loadFixture(allowanceFixture);
      for (const caller of [governor, issuer, bistroAdmin])
        await expect(hub.connect(caller).setMintAllowance(AURORA, 1n, 1n))
          .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
          .withArgs(AURORA, caller);
      await expect(hub.setMintAllowance(UNKNOWN, 1n, 1n))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });

    describe('when a part is used', () => {
      it('keeps what is used: more capacity gives only the difference', async () => {
        const { asAdmin, available, usedAt } = await loadFixture(usedFixture);
        await time.setNextBlockTimestamp(usedAt + 10); // 100 are back: 500 used
        await asAdmin.setMintAllowance(AURORA, 2_000n, 1_000n);
        expect(await available()).to.equal(1_500n);
        await mineAt(usedAt + 20);
        expect(await available()).to.equal(1_520n);
      });

      it('keeps what is used: less capacity may leave nothing', async () => {
        const { hub, asAdmin, available, issue, usedAt } = await loadFixture(usedFixture);
        await time.setNextBlockTimestamp(usedAt + 10);
        await asAdmin.setMintAllowance(AURORA, 400n, 100n); // 500 used, 4 a second from now on
        expect(await available()).to.equal(0n);
        await time.setNextBlockTimestamp(usedAt + 34);
        await expect(issue(AURORA, [ana, 1n])).to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded');
        await mineAt(usedAt + 36);
        expect(await available()).to.equal(4n);
      });

      it('refills until then at the old rate, and not a point at the new one', async () => {
        const { asAdmin, available, usedAt } = await loadFixture(usedFixture);
        await time.setNextBlockTimestamp(usedAt + 10);
        await asAdmin.setMintAllowance(AURORA, 1_000n, 1n);
        expect(await available()).to.equal(500n);
        await mineAt(usedAt + 11);
        expect(await available()).to.equal(1_000n);
      });

      it('gives nothing to who sets the same again', async () => {
        const { asAdmin, available, usedAt } = await loadFixture(usedFixture);
        await time.setNextBlockTimestamp(usedAt + 1);
        await asAdmin.setMintAllowance(AURORA, 1_000n, 100n);
        expect(await available()).to.equal(410n);
      });

      it('gives nothing to who sets none and then the same again', async () => {
        const { asAdmin, available, usedAt } = await loadFixture(usedFixture);
        await time.setNextBlockTimestamp(usedAt + 1);
        await asAdmin.setMintAllowance(AURORA, 0n, 0n); // 590 used, and nothing refills
        await time.setNextBlockTimestamp(usedAt + 50);
        await asAdmin.setMintAllowance(AURORA, 1_000n, 100n);
        expect(await available()).to.equal(410n);
      });
    });
  });

  describe('setIssuingKey', () => {
    it('is said, can be read, changed and taken away', async () => {
      const { hub, asAdmin, seaRescue } = await loadFixture(allowanceFixture);
      expect((await hub.partnerReport(AURORA)).issuingKey).to.equal(ZeroAddress);
      await expect(asAdmin.setIssuingKey(AURORA, seaRescue))
        .to.emit(hub, 'IssuingKeyChanged')
        .withArgs(AURORA, seaRescue);
      expect((await hub.partnerReport(AURORA)).issuingKey).to.equal(seaRescue.address);
      await asAdmin.setIssuingKey(AURORA, ZeroAddress);
      expect((await hub.partnerReport(AURORA)).issuingKey).to.equal(ZeroAddress);
    });

    it('is the admin’s alone', async () => {
      const { hub, governor, issuer, bistroAdmin } = await loadFixture(allowanceFixture);
      for (const caller of [governor, issuer, bistroAdmin])
        await expect(hub.connect(caller).setIssuingKey(AURORA, caller))
          .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
          .withArgs(AURORA, caller);
      await expect(hub.setIssuingKey(UNKNOWN, ZeroAddress))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });
  });
});

describe('Issuance', () => {
  describe('issue, under an allowance', () => {
    it('mints all of it and not a point more', async () => {
      const { hub, issue, aurora, available } = await loadFixture(allowanceFixture);
      await expect(issue(AURORA, [ana, 1_001n]))
        .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
        .withArgs(AURORA, 1_000n, 1_001n);
      expect(await aurora.totalSupply()).to.equal(0n);
      await issue(AURORA, [ana, 400n], [ana, 600n]);
      expect(await available()).to.equal(0n);
    });

    it('refills to the second: ten points each, and never above the capacity', async () => {
      const { hub, available, issueAt, usedAt } = await loadFixture(usedFixture);
      expect(await available()).to.equal(400n);
      await expect(issueAt(usedAt + 7, 471n))
        .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
        .withArgs(AURORA, 470n, 471n);
      await issueAt(usedAt + 8, 480n);
      expect(await available()).to.equal(0n);
      await mineAt(usedAt + 107);
      expect(await available()).to.equal(990n);
      for (const later of [108, 109, 100_000]) {
        await mineAt(usedAt + later);
        expect(await available()).to.equal(1_000n);
      }
    });

    it('adds up within a call, and ends all of it', async () => {
      const { hub, issuer, aurora, bistro, available } = await loadFixture(allowanceFixture);
      const batch = (partner: number, number: number, points: bigint) => ({
        partner,
        number,
        receiptsRoot,
        mints: [mintOf(ana, points)],
      });
      await expect(
        hub.connect(issuer).issue([batch(AURORA, 1, 700n), batch(BISTRO, 1, 5_000n), batch(AURORA, 2, 301n)]),
      )
        .to.be.revertedWithCustomError(hub, 'MintAllowanceExceeded')
        .withArgs(AURORA, 300n, 301n);
      expect([await aurora.totalSupply(), await bistro.totalSupply()]).to.deep.equal([0n, 0n]);
      expect(await available()).to.equal(1_000n);
      await hub
        .connect(issuer)
        .issue([batch(AURORA, 1, 700n), batch(BISTRO, 1, 5_000n), batch(AURORA, 2, 300n)]);
      expect(await available()).to.equal(0n);
    });

    it('is each brand’s own', async () => {
      const { hub, asAdmin, bistroAdmin, issue, available } = await loadFixture(usedFixture);
      await asAdmin.setMintAllowance(NEW, 10n, 1n);
      await hub.connect(bistroAdmin).setMintAllowance(BISTRO, 20n, 1n);
      await issue(BISTRO, [ana, 20n]);
      expect([await available(NEW), await available(CINEMA)]).to.deep.equal([10n, 2n ** 48n - 1n]);
    });

    it('does not replace coverage', async () => {
      const { hub, issue } = await loadFixture(openCoalition);
      await expect(issue(AURORA, [ana, 100_001n])).to.be.revertedWithCustomError(hub, 'CoverageInsufficient');
    });

    it('mints nothing for nothing: an empty allowance takes batches of no points', async () => {
      const { issue, aurora } = await loadFixture(allowanceFixture);
      await issue(NEW, [ana, 0n]);
      expect(await aurora.totalSupply()).to.equal(0n);
    });
  });

  describe('issueAsPartner', () => {
    const batchOf = (number: number, points: bigint, partner = AURORA) => ({
      partner,
      number,
      receiptsRoot,
      mints: [mintOf(ana, points)],
    });

    it('mints with the brand’s own key what no allowance would allow', async () => {
      const { hub, key, aurora, available } = await loadFixture(keyFixture);
      const issuing = hub.connect(key).issueAsPartner(batchOf(1, 5_000n));
      await expect(issuing).to.emit(hub, 'BatchIssued').withArgs(AURORA, 1n, receiptsRoot, 1n, 5_000n);
      await expect(issuing).to.emit(hub, 'BatchIssuedByKey').withArgs(AURORA, 1n, key);
      expect(await aurora.balanceOf(ana)).to.equal(5_000n);
      expect(await available()).to.equal(0n);
    });

    it('uses up none of the allowance', async () => {
      const { hub, asAdmin, key, available } = await loadFixture(keyFixture);
      await asAdmin.setMintAllowance(AURORA, 1_000n, 100_000n);
      await hub.connect(key).issueAsPartner(batchOf(1, 5_000n));
      expect(await available()).to.equal(1_000n);
    });

    it('mints no more than money covers', async () => {
      const { hub, key } = await loadFixture(keyFixture);
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 100_001n)))
        .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
        .withArgs(AURORA, 1_000n * USD, 1_000n * USD + 10_000n);
      await hub.connect(key).issueAsPartner(batchOf(1, 100_000n));
    });

    it('counts the same numbers as the issuer', async () => {
      const { hub, asAdmin, key, issue } = await loadFixture(keyFixture);
      await asAdmin.setMintAllowance(AURORA, 1_000n, 1n);
      await issue(AURORA, [ana, 1n]);
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n)))
        .to.be.revertedWithCustomError(hub, 'BatchNumberUnexpected')
        .withArgs(AURORA, 2n, 1n);
      await hub.connect(key).issueAsPartner(batchOf(2, 1n));
      await issue(AURORA, [ana, 1n]);
      expect((await hub.partnerReport(AURORA)).lastBatch).to.equal(3n);
    });

    it('is the key’s alone: not the admin’s, the issuer’s, or another brand’s', async () => {
      const { hub, asAdmin, auroraAdmin, issuer, governor, key, relay } = await loadFixture(keyFixture);
      for (const caller of [auroraAdmin, issuer, governor])
        await expect(hub.connect(caller).issueAsPartner(batchOf(1, 1n)))
          .to.be.revertedWithCustomError(hub, 'IssuanceCallerNotKey')
          .withArgs(AURORA, caller);
      for (const partner of [BISTRO, NEW])
        await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n, partner)))
          .to.be.revertedWithCustomError(hub, 'IssuanceCallerNotKey')
          .withArgs(partner, key);
      await asAdmin.setIssuingKey(AURORA, relay);
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n)))
        .to.be.revertedWithCustomError(hub, 'IssuanceCallerNotKey')
        .withArgs(AURORA, key);
    });

    it('knows the limits of a batch', async () => {
      const { hub, key } = await loadFixture(keyFixture);
      await expect(hub.connect(key).issueAsPartner({ ...batchOf(1, 1n), mints: [] }))
        .to.be.revertedWithCustomError(hub, 'BatchSizeInvalid')
        .withArgs(AURORA, 0n, 500n);
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n, UNKNOWN)))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });

    it('stops with the brand or the coalition', async () => {
      const { hub, guardian, governor, key } = await loadFixture(keyFixture);
      await hub.connect(guardian).haltPartner(AURORA);
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n)))
        .to.be.revertedWithCustomError(hub, 'PartnerHalted')
        .withArgs(AURORA);
      await hub.connect(governor).resumePartner(AURORA);
      await hub.connect(guardian).halt();
      await expect(hub.connect(key).issueAsPartner(batchOf(1, 1n))).to.be.revertedWithCustomError(
        hub,
        'CoalitionHalted',
      );
    });
  });
});
