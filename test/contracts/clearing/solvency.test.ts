import { expect } from 'chai';
import type { Result } from 'ethers';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { decodeValues } from '../../../backend/protocol/values-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { AURORA, BISTRO, openCoalition, termsOf, USD, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
/** A brand that shares its breakage. */
const SHARING = 4;

/**
 * Something of everything, on 1 January 2029: a fee, a matched donation, recorded breakage, live points of two epochs and two values,
 * an allowance that is partly used, an issuing key, a halt and an exit.
 */
async function busyFixture() {
  const coalition = await openCoalition();
  const { hub, governor, guardian, auroraAdmin, bistroAdmin, relay, issue, deposit } = coalition;
  const { perform } = performerOn(coalition);
  const asAdmin = hub.connect(auroraAdmin);
  const shares = { fundBps: 2_500n, charityBps: 1_000n, breakageCharity: 1n };
  await hub
    .connect(governor)
    .addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), ...shares, coverageBps: 8_001n });
  await hub.connect(governor).setFee(100n);
  await deposit(SHARING, 100n * USD);
  await asAdmin.setMintAllowance(SHARING, 10_000n, 1_000n);
  await asAdmin.setIssuingKey(SHARING, relay);
  await asAdmin.setMatch(SHARING, 500n, 2n * USD);
  await issue(SHARING, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_001n]);
  await perform(ana, { kind: 'redemption', issuer: SHARING, counterparty: BISTRO, amount: 100n });
  await perform(ana, { kind: 'donation', issuer: SHARING, counterparty: WOODLAND, amount: 100n });
  await asAdmin.scheduleValue(SHARING, 12_345n);
  await mineAt(at('2028-12-01'));
  await issue(SHARING, [ana.account, 333n]);
  await mineAt(at('2029-01-01'));
  await hub.recordBreakage(SHARING);
  await hub.recordBreakage(BISTRO);
  await issue(SHARING, [ana.account, 101n]);
  await asAdmin.beginExit(SHARING);
  await hub.connect(guardian).haltPartner(SHARING);
  await hub.connect(bistroAdmin).setPartnerAdmin(BISTRO, relay);
  return coalition;
}

/** What the fixture comes to, µUSD. */
const FREED = 800n * 10_000n; // 1,000 − 100 − 100 points
const BISTRO_FREED = 1_001n * 3_000n;
const FEE = 10_000n;
const MATCH = 50_000n;
const LIABILITY = 434n * 12_345n;
const BREAKAGE = { fundBps: 2_500n, charityBps: 1_000n, charity: 1n, through: 232n };
const SHARES = { toFund: FREED / 4n, toCharity: FREED / 10n };

/** A struct that the hub answers, without the numbers of its fields. */
const byName = <Struct>(struct: Struct) => (struct as unknown as Result).toObject() as Struct;

describe('Coalition', () => {
  describe('solvency', () => {
    it('tells all sums in one call, exactly', async () => {
      const { hub } = await loadFixture(busyFixture);
      const sums = await hub.solvency();
      const bistroLiability = 0n; // two half-years have passed
      const expected = {
        held: 3_100n * USD,
        reserves: 3_098n * USD - FEE - USD - SHARES.toFund - SHARES.toCharity,
        matchBudgets: 2n * USD - MATCH,
        charitiesPayable: USD + MATCH + SHARES.toCharity,
        treasury: FEE,
        membersFund: SHARES.toFund,
        supply: 434n,
        liability: LIABILITY + bistroLiability,
        required: (LIABILITY * 8_001n + 9_999n) / 10_000n,
        freed: FREED + BISTRO_FREED,
      };
      expect([...sums]).to.deep.equal(Object.values(expected));
      const { held, reserves, matchBudgets, charitiesPayable, treasury, membersFund } = sums;
      expect(reserves + matchBudgets + charitiesPayable + treasury + membersFund).to.equal(held);
    });

    it('is the sum of what the reports and accounts say', async () => {
      const { hub } = await loadFixture(busyFixture);
      const sums = await hub.solvency();
      const reports = await hub.partnerReports();
      const sum = (pick: (report: (typeof reports)[number]) => bigint) =>
        reports.reduce((total, report) => total + pick(report), 0n);
      expect(sums.reserves).to.equal(sum(({ reserve }) => reserve));
      expect(sums.matchBudgets).to.equal(sum(({ matchBudget }) => matchBudget));
      expect(sums.supply).to.equal(sum(({ supply }) => supply));
      expect(sums.liability).to.equal(sum(({ liability }) => liability));
      expect(sums.required).to.equal(sum(({ required }) => required));
      expect(sums.freed).to.equal(sum(({ breakage }) => breakage.freed));
      expect(sums.charitiesPayable).to.equal((await hub.charityAccount(WOODLAND)).payable_);
    });

    it('follows time alone: what expires is owed no more', async () => {
      const { hub } = await loadFixture(busyFixture);
      await mineAt(at('2029-10-01'));
      const { supply, liability, required, held } = await hub.solvency();
      expect([supply, liability, held]).to.deep.equal([101n, 101n * 12_345n, 3_100n * USD]);
      expect(required).to.equal((101n * 12_345n * 8_001n + 9_999n) / 10_000n);
    });
  });

  describe('partnerReport', () => {
    it('tells every figure of a brand', async () => {
      const { hub, auroraAdmin, relay } = await loadFixture(busyFixture);
      const report = await hub.partnerReport(SHARING);
      const token = await hub.partnerReports().then((reports) => reports[SHARING - 1]?.token);
      const { supplyWord, valuesWord, breakage, ...figures } = byName(report);
      expect(figures).to.deep.equal({
        partner: BigInt(SHARING),
        token,
        admin: auroraAdmin.address,
        issuingKey: relay.address,
        halted: true,
        leaving: true,
        coverageBps: 8_001n,
        lastBatch: 3n,
        supply: 434n,
        liability: LIABILITY,
        required: (LIABILITY * 8_001n + 9_999n) / 10_000n,
        reserve: 98n * USD - 2n * USD - SHARES.toFund - SHARES.toCharity,
        matchBps: 500n,
        matchBudget: 2n * USD - MATCH,
        mintCapacity: 10_000n,
        mintWindow: 1_000n,
        mintAvailable: figures.mintAvailable,
      });
      expect(figures.mintAvailable).to.be.within(9_899n, 10_000n);
      expect(decodeWord(supplyWord)).to.deep.include({ buckets: [0n, 0n, 333n, 101n], epoch: 236 });
      expect(decodeValues(valuesWord)).to.deep.equal({
        values: [12_345n, 12_345n, 12_345n, 12_345n, 12_345n],
        epoch: 236,
      });
      expect(byName(breakage)).to.deep.equal({ ...BREAKAGE, freed: FREED, ...SHARES });
    });

    it('is of each brand by itself', async () => {
      const { hub, auroraAdmin, relay } = await loadFixture(busyFixture);
      const [aurora, bistro] = [await hub.partnerReport(AURORA), await hub.partnerReport(BISTRO)];
      expect([aurora.admin, aurora.halted, aurora.leaving, aurora.lastBatch]).to.deep.equal([
        auroraAdmin.address,
        false,
        false,
        0n,
      ]);
      expect([bistro.admin, bistro.lastBatch, bistro.supply]).to.deep.equal([relay.address, 1n, 0n]);
      expect(bistro.reserve).to.equal(1_001n * USD - FEE);
      expect(bistro.breakage.freed).to.equal(BISTRO_FREED);
    });
  });
});
