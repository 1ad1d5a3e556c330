import { expect } from 'chai';
import type { AddressLike } from 'ethers';
import { ROLE_FUNCTIONS, ROLES } from '../../../backend/protocol/roles.ts';
import { deployHub } from '../../../scripts/deploy/hub-contract.ts';
import { at, ethers, loadFixture, mineAt } from '../../helpers/chain.ts';
import {
  deployCoalition,
  MINT_CAPACITY,
  MINT_WINDOW,
  mintOf,
  potsOf,
  termsOf,
  USD,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn, structOf } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const [AURORA, BISTRO, CINEMA] = [1, 2, 3];
const WOODLAND = 1;

/** What a HostileDollar can do beside what a stablecoin does. */
interface Tricks {
  setFeeBps(value: bigint): Promise<unknown>;
  setAnswersFalse(value: boolean): Promise<unknown>;
  setAnswersNothing(value: boolean): Promise<unknown>;
  setBlacklisted(account: AddressLike): Promise<unknown>;
  setReentry(call: string): Promise<unknown>;
}

/**
 * A coalition on a stablecoin that can misbehave, with money in every pot: reserves, a match budget, what is payable to Woodland, the
 * treasury and the members' fund. Cinema has left, and its reserve can be released. Aurora's admin has 500 dollars more.
 */
async function hostileFixture() {
  const base = await deployCoalition();
  const { governor, issuer, authority, network, auroraAdmin, bistroAdmin, cinemaAdmin, woodland } = base;
  const dollar = await ethers.deployContract('HostileDollar' as 'DemoDollar', [6]);
  const hostile = dollar as unknown as Tricks & AddressLike;
  const hub = await deployHub(ethers, { authority, stablecoin: hostile });
  for (const role of ['GOVERNOR', 'ISSUER', 'GUARDIAN'] as const) {
    const selectors = ROLE_FUNCTIONS[role].map((name) => hub.interface.getFunction(name).selector);
    await authority.setTargetFunctionRole(hub, selectors, ROLES[role]);
  }
  const asGovernor = hub.connect(governor);
  await asGovernor.addCharity('Woodland Trust', woodland);
  const shares = { fundBps: 2_500n, charityBps: 1_000n, breakageCharity: 1n };
  await asGovernor.addPartner({ ...termsOf(auroraAdmin.address, 'aurora'), ...shares });
  await asGovernor.addPartner(termsOf(bistroAdmin.address, 'bistro'));
  await asGovernor.addPartner(termsOf(cinemaAdmin.address, 'cinema'));
  await asGovernor.setFee(100n);
  await dollar.mint(auroraAdmin, 800n * USD);
  await dollar.connect(auroraAdmin).approve(hub, 800n * USD);
  for (const partner of [AURORA, BISTRO, CINEMA]) await hub.connect(auroraAdmin).deposit(partner, 100n * USD);
  await hub.connect(auroraAdmin).setMintAllowance(AURORA, MINT_CAPACITY, MINT_WINDOW);
  await hub.connect(auroraAdmin).setMatch(AURORA, 1_000n, USD);
  await hub.connect(cinemaAdmin).beginExit(CINEMA);
  const issue = async (number: number, member: string, points: bigint) =>
    hub
      .connect(issuer)
      .issue([
        { partner: AURORA, number, receiptsRoot: ethers.id('receipts'), mints: [mintOf(member, points)] },
      ]);
  await issue(1, ana.account, 1_000n);
  await mineAt(at('2029-01-01'));
  await hub.recordBreakage(AURORA);
  await issue(2, ana.account, 1_000n);
  const coalition = {
    ...base,
    hub,
    dollar,
    network: { ...network, coalition: (await hub.getAddress()) as `0x${string}` },
  };
  const tokenOf = async (partner: Parameters<typeof hub.partnerReport>[0]) =>
    ethers.getContractAt('PointsToken', (await hub.partnerReport(partner)).token);
  const performer = performerOn({ ...coalition, tokenOf });
  await performer.perform(ana, { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 100n });
  await performer.perform(ana, { kind: 'donation', issuer: AURORA, counterparty: WOODLAND, amount: 100n });
  /** Every function that moves the stablecoin, as its rightful caller would call it. */
  const movers = {
    deposit: () => hub.connect(auroraAdmin).deposit(AURORA, 1n),
    withdraw: () => hub.connect(auroraAdmin).withdraw(AURORA, 1n, auroraAdmin),
    withdrawTreasury: () => asGovernor.withdrawTreasury(1n, governor),
    payCharity: () => hub.payCharity(WOODLAND),
    release: () => hub.release(CINEMA),
  };
  return { ...coalition, ...performer, tokenOf, hostile, movers };
}

/** The hub holds at least what it owes, and says of each µUSD whose it is. */
async function expectSolvent({ hub, dollar }: Awaited<ReturnType<typeof hostileFixture>>) {
  const { held, ...pots } = await potsOf(hub);
  expect(held).to.equal(await dollar.balanceOf(hub));
  expect(Object.values(pots).reduce((sum, pot) => sum + pot, 0n)).to.equal(held);
}

describe('Coalition', () => {
  describe('on a stablecoin that behaves', () => {
    it('has money in every pot, and all of it is somebody’s', async () => {
      const fixture = await loadFixture(hostileFixture);
      const pots = await potsOf(fixture.hub);
      expect(Object.values(pots).every((pot) => pot > 0n)).to.equal(true);
      await expectSolvent(fixture);
      for (const move of Object.values(fixture.movers)) await move();
      await expectSolvent(fixture);
    });
  });

  describe('on a stablecoin that answers false', () => {
    it('moves nothing: every payment is refused, and no pot changes', async () => {
      const { hub, hostile, movers } = await loadFixture(hostileFixture);
      const before = await potsOf(hub);
      await hostile.setAnswersFalse(true);
      for (const move of Object.values(movers))
        await expect(move()).to.be.revertedWithCustomError(hub, 'SafeERC20FailedOperation').withArgs(hostile);
      expect(await potsOf(hub)).to.deep.equal(before);
    });
  });

  describe('on a stablecoin that answers nothing', () => {
    it('is paid and pays all the same', async () => {
      const fixture = await loadFixture(hostileFixture);
      await fixture.hostile.setAnswersNothing(true);
      for (const move of Object.values(fixture.movers)) await move();
      await expectSolvent(fixture);
    });
  });

  describe('on a stablecoin that takes a fee', () => {
    it('refuses deposits by what arrived, and pays from each pot no more than it has', async () => {
      const fixture = await loadFixture(hostileFixture);
      const { hub, hostile, auroraAdmin, movers } = fixture;
      await hostile.setFeeBps(1n);
      await expect(hub.connect(auroraAdmin).deposit(AURORA, USD))
        .to.be.revertedWithCustomError(hub, 'StablecoinShortfall')
        .withArgs(USD, 999_900n);
      const { deposit, ...paying } = movers;
      for (const pay of Object.values(paying)) await pay(); // whoever is paid bears the fee
      await expectSolvent(fixture);
      await hostile.setFeeBps(0n);
      await deposit();
    });
  });

  describe('on a stablecoin with a blacklist', () => {
    it('keeps what a listed admin, charity or receiver would get, until somebody else is named', async () => {
      const fixture = await loadFixture(hostileFixture);
      const { hub, dollar, hostile, governor, cinemaAdmin, woodland, auroraAdmin, seaRescue, stranger } =
        fixture;
      const refused = async (account: AddressLike, move: () => Promise<unknown>) => {
        await hostile.setBlacklisted(account);
        await expect(move()).to.be.revertedWithCustomError(dollar, 'Blacklisted').withArgs(account);
      };
      const before = await potsOf(hub);
      await refused(cinemaAdmin, () => hub.release(CINEMA));
      await refused(woodland, () => hub.payCharity(WOODLAND));
      await refused(governor, () => hub.connect(governor).withdrawTreasury(1n, governor));
      await refused(auroraAdmin, () => hub.connect(auroraAdmin).withdraw(AURORA, 1n, auroraAdmin));
      expect(await potsOf(hub)).to.deep.equal(before);

      await hostile.setBlacklisted(cinemaAdmin);
      await hub.connect(cinemaAdmin).setPartnerAdmin(CINEMA, stranger);
      await hub.release(CINEMA);
      expect(await dollar.balanceOf(stranger)).to.equal(100n * USD);
      await hostile.setBlacklisted(woodland);
      await hub.connect(governor).setCharityPayout(WOODLAND, seaRescue);
      await hub.payCharity(WOODLAND);
      await hostile.setBlacklisted(auroraAdmin);
      await hub.connect(auroraAdmin).withdraw(AURORA, 1n, stranger);
      await expectSolvent(fixture);
    });

    it('stops no act and no other payment', async () => {
      const fixture = await loadFixture(hostileFixture);
      const { hostile, movers, perform, cinemaAdmin } = fixture;
      await hostile.setBlacklisted(cinemaAdmin);
      await perform(ana, { kind: 'redemption', issuer: AURORA, counterparty: CINEMA, amount: 1n });
      const { release: _, ...others } = movers;
      for (const move of Object.values(others)) await move();
      await expectSolvent(fixture);
    });
  });

  describe('on a stablecoin that calls back', () => {
    it('refuses every payment within every payment', async () => {
      const { hub, hostile, movers, auroraAdmin, governor } = await loadFixture(hostileFixture);
      const before = await potsOf(hub);
      const guarded = [
        hub.interface.encodeFunctionData('deposit', [AURORA, 1n]),
        hub.interface.encodeFunctionData('withdraw', [AURORA, 1n, auroraAdmin.address]),
        hub.interface.encodeFunctionData('withdrawTreasury', [1n, governor.address]),
        hub.interface.encodeFunctionData('payCharity', [WOODLAND]),
        hub.interface.encodeFunctionData('release', [CINEMA]),
        hub.interface.encodeFunctionData('recordBreakage', [AURORA]),
      ];
      for (const call of guarded) {
        await hostile.setReentry(call);
        for (const move of Object.values(movers))
          await expect(move()).to.be.revertedWithCustomError(hub, 'ReentrancyGuardReentrantCall');
      }
      expect(await potsOf(hub)).to.deep.equal(before);
    });

    it('gives it no power: what is somebody’s is refused by name', async () => {
      const { hub, hostile, movers } = await loadFixture(hostileFixture);
      const asAdmin = [
        hub.interface.encodeFunctionData('setMatch', [AURORA, 0n, 0n]),
        hub.interface.encodeFunctionData('scheduleValue', [AURORA, 1n]),
        hub.interface.encodeFunctionData('setPartnerAdmin', [AURORA, await hub.getAddress()]),
      ];
      const asGovernance = [
        hub.interface.encodeFunctionData('grantFromFund', [AURORA, 1n]),
        hub.interface.encodeFunctionData('setFee', [0n]),
        hub.interface.encodeFunctionData('issue', [[]]),
      ];
      for (const move of Object.values(movers)) {
        for (const call of asAdmin) {
          await hostile.setReentry(call);
          await expect(move())
            .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
            .withArgs(AURORA, hostile);
        }
        for (const call of asGovernance) {
          await hostile.setReentry(call);
          await expect(move())
            .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
            .withArgs(hostile);
        }
      }
    });

    it('survives acts within payments: both are done, and every µUSD is somebody’s', async () => {
      for (const name of ['deposit', 'withdraw', 'withdrawTreasury', 'payCharity', 'release'] as const)
        for (const kind of ['redemption', 'donation'] as const) {
          const fixture = await loadFixture(hostileFixture);
          const { hub, hostile, movers, signed, batchOf, tokenOf } = fixture;
          const counterparty = kind === 'donation' ? WOODLAND : BISTRO;
          const inner = await signed(ana, { kind, issuer: AURORA, counterparty, amount: 10n });
          const calls = [
            hub.interface.encodeFunctionData('execute', [structOf(inner.act), inner.signature]),
            hub.interface.encodeFunctionData('executeBatch', [...batchOf([inner])]),
          ];
          const call = calls[kind === 'donation' ? 0 : 1] ?? '';
          await hostile.setReentry(call);
          await movers[name]();
          expect(await (await tokenOf(AURORA)).balanceOf(ana.account)).to.equal(790n);
          await expectSolvent(fixture);
        }
    });

    it('cannot release or withdraw by points that come within: Ben’s exchange is refused', async () => {
      const { hub, hostile, movers, issuer, signed } = await loadFixture(hostileFixture);
      const batch = {
        partner: AURORA,
        number: 3,
        receiptsRoot: ethers.id('receipts'),
        mints: [mintOf(ben.account, 100n)],
      };
      await hub.connect(issuer).issue([batch]);
      const into = await signed(ben, {
        kind: 'exchange',
        issuer: AURORA,
        counterparty: CINEMA,
        amount: 100n,
      });
      await hostile.setReentry(
        hub.interface.encodeFunctionData('execute', [structOf(into.act), into.signature]),
      );
      await expect(movers.release()).to.be.revertedWithCustomError(hub, 'PartnerLeaving').withArgs(CINEMA);
    });
  });
});
