import { expect } from 'chai';
import { type AddressLike, ZeroAddress } from 'ethers';
import { deployHub } from '../../../scripts/deploy/hub-contract.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  deployCoalition,
  EMPTY_POTS,
  NOBODY,
  openCoalition,
  potsOf,
  termsOf,
  USD,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const UNKNOWN = 4;
/** The constructor doesn't call it. */
const backOffice = NOBODY;

/** What a HostileDollar can do beside what a stablecoin does. */
interface Tricks {
  setFeeBps(value: bigint): Promise<unknown>;
  setAnswersFalse(value: boolean): Promise<unknown>;
  setReentry(call: string): Promise<unknown>;
}

/** A coalition on a stablecoin that can misbehave; Aurora has 100 of it in reserve, its admin 100 more. */
async function hostileFixture() {
  const coalition = await deployCoalition();
  const { governor, authority, auroraAdmin } = coalition;
  const dollar = await ethers.deployContract('HostileDollar' as 'DemoDollar', [6]);
  const hostile = dollar as unknown as Tricks & AddressLike;
  const hub = await deployHub(ethers, { authority, stablecoin: hostile });
  await authority.setTargetFunctionRole(
    hub,
    ['addPartner', 'addCharity'].map((name) => hub.interface.getFunction(name as 'addPartner').selector),
    1n,
  );
  await hub.connect(governor).addPartner(termsOf(auroraAdmin.address, 'aurora'));
  await dollar.mint(auroraAdmin, 200n * USD);
  await dollar.connect(auroraAdmin).approve(hub, 200n * USD);
  await hub.connect(auroraAdmin).deposit(1, 100n * USD);
  return { ...coalition, hub, dollar, hostile };
}

describe('Reserves', () => {
  describe('constructor', () => {
    it('takes a stablecoin of six decimals', async () => {
      const { hub, dollar, authority } = await loadFixture(deployCoalition);
      expect(await hub.stablecoin()).to.equal(await dollar.getAddress());
      expect(await hub.authority()).to.equal(await authority.getAddress());
    });

    it('refuses a token of any other number', async () => {
      const { hub, authority } = await loadFixture(deployCoalition);
      for (const decimals of [0n, 5n, 7n, 18n]) {
        const token = await ethers.deployContract('HostileDollar' as 'DemoDollar', [decimals]);
        await expect(ethers.deployContract('Coalition', [authority, token, backOffice]))
          .to.be.revertedWithCustomError(hub, 'StablecoinDecimalsUnsupported')
          .withArgs(decimals);
      }
    });

    it('refuses what is no token', async () => {
      const { authority, stranger } = await loadFixture(deployCoalition);
      await expect(
        ethers.deployContract('Coalition', [authority, stranger, backOffice]),
      ).to.be.revertedWithoutReason(ethers);
    });
  });

  describe('deposit', () => {
    describe('of money that the caller has approved', () => {
      it('adds to the reserve, whoever pays', async () => {
        const { hub, dollar, stranger } = await loadFixture(openCoalition);
        await dollar.mint(stranger, 5n * USD);
        await dollar.connect(stranger).approve(hub, 5n * USD);
        const depositing = hub.connect(stranger).deposit(AURORA, 5n * USD);
        await expect(depositing)
          .to.emit(hub, 'ReserveDeposited')
          .withArgs(AURORA, stranger, 5n * USD, 1_005n * USD);
        await expect(depositing).to.changeTokenBalances(
          ethers,
          dollar,
          [stranger, hub],
          [-5n * USD, 5n * USD],
        );
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(1_005n * USD);
        expect((await hub.partnerReport(BISTRO)).reserve).to.equal(1_000n * USD);
      });

      it('goes on while everything is halted', async () => {
        const { hub, guardian, deposit } = await loadFixture(openCoalition);
        await hub.connect(guardian).halt();
        await hub.connect(guardian).haltPartner(AURORA);
        await hub.connect(guardian).haltWithdrawals();
        await deposit(AURORA, 1n);
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(1_000n * USD + 1n);
      });
    });

    describe('of money that is not there', () => {
      it('is refused by the stablecoin', async () => {
        const { hub, dollar, stranger } = await loadFixture(openCoalition);
        await expect(hub.connect(stranger).deposit(AURORA, 1n))
          .to.be.revertedWithCustomError(dollar, 'ERC20InsufficientAllowance')
          .withArgs(hub, 0n, 1n);
        await dollar.connect(stranger).approve(hub, 1n);
        await expect(hub.connect(stranger).deposit(AURORA, 1n))
          .to.be.revertedWithCustomError(dollar, 'ERC20InsufficientBalance')
          .withArgs(stranger, 0n, 1n);
      });
    });

    describe('of nothing', () => {
      it('is refused', async () => {
        const { hub } = await loadFixture(openCoalition);
        await expect(hub.deposit(AURORA, 0n)).to.be.revertedWithCustomError(hub, 'ReserveAmountZero');
      });
    });

    describe('to a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, deposit } = await loadFixture(openCoalition);
        await expect(deposit(UNKNOWN, 1n))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(UNKNOWN);
      });
    });

    describe('of more than the coalition can count', () => {
      it('is refused beyond 2^72 − 1 µUSD in all, and taken up to it', async () => {
        const { hub, deposit } = await loadFixture(openCoalition);
        const room = 2n ** 72n - 1n - 3_000n * USD; // three brands have 1,000 dollars each
        await expect(deposit(AURORA, room + 1n))
          .to.be.revertedWithCustomError(hub, 'SafeCastOverflowedUintDowncast')
          .withArgs(72n, 2n ** 72n);
        await deposit(AURORA, room);
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(room + 1_000n * USD);
        await expect(deposit(BISTRO, 1n))
          .to.be.revertedWithCustomError(hub, 'SafeCastOverflowedUintDowncast')
          .withArgs(72n, 2n ** 72n);
      });
    });

    describe('in a stablecoin that takes a fee', () => {
      it('is refused with what arrived, and taken without the fee', async () => {
        const { hub, hostile, auroraAdmin } = await loadFixture(hostileFixture);
        await hostile.setFeeBps(10n);
        await expect(hub.connect(auroraAdmin).deposit(1, 50n * USD))
          .to.be.revertedWithCustomError(hub, 'StablecoinShortfall')
          .withArgs(50n * USD, 49_950_000n);
        await hostile.setFeeBps(0n);
        await hub.connect(auroraAdmin).deposit(1, 50n * USD);
        expect((await hub.partnerReport(1)).reserve).to.equal(150n * USD);
      });
    });

    describe('in a stablecoin that answers false', () => {
      it('is refused, and so is a withdrawal', async () => {
        const { hub, hostile, auroraAdmin } = await loadFixture(hostileFixture);
        await hostile.setAnswersFalse(true);
        for (const moving of [
          () => hub.connect(auroraAdmin).deposit(1, 1n),
          () => hub.connect(auroraAdmin).withdraw(1, 1n, auroraAdmin),
        ])
          await expect(moving())
            .to.be.revertedWithCustomError(hub, 'SafeERC20FailedOperation')
            .withArgs(hostile);
        expect((await hub.partnerReport(1)).reserve).to.equal(100n * USD);
      });
    });

    describe('in a stablecoin that calls back', () => {
      it('is refused: no second deposit, withdrawal or payout within it', async () => {
        const { hub, hostile, auroraAdmin } = await loadFixture(hostileFixture);
        const calls = [
          hub.interface.encodeFunctionData('deposit', [1, 1n]),
          hub.interface.encodeFunctionData('withdraw', [1, 1n, auroraAdmin.address]),
          hub.interface.encodeFunctionData('payCharity', [1]),
        ];
        for (const call of calls) {
          await hostile.setReentry(call);
          for (const moving of [
            () => hub.connect(auroraAdmin).deposit(1, 1n),
            () => hub.connect(auroraAdmin).withdraw(1, 1n, auroraAdmin),
          ])
            await expect(moving()).to.be.revertedWithCustomError(hub, 'ReentrancyGuardReentrantCall');
        }
        await hostile.setReentry('0x');
        await hub.connect(auroraAdmin).deposit(1, 1n);
      });
    });
  });

  describe('withdraw', () => {
    describe('of what is free', () => {
      it('pays whom the admin names', async () => {
        const { hub, dollar, auroraAdmin, stranger, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 60_000n]); // 600 dollars must stay
        const withdrawing = hub.connect(auroraAdmin).withdraw(AURORA, 400n * USD, stranger);
        await expect(withdrawing)
          .to.emit(hub, 'ReserveWithdrawn')
          .withArgs(AURORA, stranger, 400n * USD, 600n * USD);
        await expect(withdrawing).to.changeTokenBalances(
          ethers,
          dollar,
          [hub, stranger],
          [-400n * USD, 400n * USD],
        );
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(600n * USD);
      });

      it('is everything when no points are live', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await hub.connect(auroraAdmin).withdraw(AURORA, 1_000n * USD, auroraAdmin);
        expect((await hub.partnerReport(AURORA)).reserve).to.equal(0n);
      });

      it('goes on while acts and issuance are halted', async () => {
        const { hub, guardian, auroraAdmin } = await loadFixture(openCoalition);
        await hub.connect(guardian).halt();
        await hub.connect(guardian).haltPartner(AURORA);
        await hub.connect(auroraAdmin).withdraw(AURORA, 1n, auroraAdmin);
      });
    });

    describe('of what the liability needs', () => {
      it('is refused from the first µUSD on, with what would be left and what is required', async () => {
        const { hub, auroraAdmin, issue } = await loadFixture(openCoalition);
        await issue(AURORA, [ana, 60_000n]);
        await expect(hub.connect(auroraAdmin).withdraw(AURORA, 400n * USD + 1n, auroraAdmin))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(AURORA, 600n * USD - 1n, 600n * USD);
      });

      it('counts the coverage policy', async () => {
        const { hub, bistroAdmin, issue } = await loadFixture(openCoalition);
        await issue(BISTRO, [ana, 200_001n]); // 600.003 dollars, half of it must stay
        await expect(hub.connect(bistroAdmin).withdraw(BISTRO, 699_998_501n, bistroAdmin))
          .to.be.revertedWithCustomError(hub, 'CoverageInsufficient')
          .withArgs(BISTRO, 300_001_499n, 300_001_500n);
        await hub.connect(bistroAdmin).withdraw(BISTRO, 699_998_500n, bistroAdmin);
      });
    });

    describe('of more than there is', () => {
      it('is refused with what is available: nobody draws on another brand', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        for (const amount of [1_000n * USD + 1n, 2n ** 256n - 1n])
          await expect(hub.connect(auroraAdmin).withdraw(AURORA, amount, auroraAdmin))
            .to.be.revertedWithCustomError(hub, 'ReserveInsufficient')
            .withArgs(AURORA, 1_000n * USD, amount);
      });
    });

    describe('of nothing', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(
          hub.connect(auroraAdmin).withdraw(AURORA, 0n, auroraAdmin),
        ).to.be.revertedWithCustomError(hub, 'ReserveAmountZero');
      });
    });

    describe('to the zero address', () => {
      it('is refused by the stablecoin', async () => {
        const { hub, dollar, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).withdraw(AURORA, 1n, ZeroAddress))
          .to.be.revertedWithCustomError(dollar, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });

    describe('by anybody but the admin', () => {
      it('is refused, to governance, the guardian and other brands too', async () => {
        const { hub, governor, guardian, issuer, deployer, bistroAdmin } = await loadFixture(openCoalition);
        for (const caller of [governor, guardian, issuer, deployer, bistroAdmin])
          await expect(hub.connect(caller).withdraw(AURORA, 1n, caller))
            .to.be.revertedWithCustomError(hub, 'PartnerCallerNotAdmin')
            .withArgs(AURORA, caller);
      });
    });

    describe('of a brand that does not exist', () => {
      it('is refused', async () => {
        const { hub, auroraAdmin } = await loadFixture(openCoalition);
        await expect(hub.connect(auroraAdmin).withdraw(UNKNOWN, 1n, auroraAdmin))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(UNKNOWN);
      });
    });
  });

  describe('solvency', () => {
    it('is zero of everything at the start', async () => {
      const { hub } = await loadFixture(deployCoalition);
      expect(await hub.solvency()).to.deep.equal(Array.from({ length: 10 }, () => 0n));
    });

    it('adds up all brands, and shows what was sent without a deposit as held only', async () => {
      const { hub, dollar, deployer, deposit } = await loadFixture(openCoalition);
      await deposit(BISTRO, 7n * USD);
      await dollar.mint(deployer, 3n);
      await dollar.transfer(hub, 3n);
      expect(await potsOf(hub)).to.deep.equal({
        ...EMPTY_POTS,
        held: 3_007n * USD + 3n,
        reserves: 3_007n * USD,
      });
    });
  });

  describe('receiving ether', () => {
    it('is refused: no money gets stuck', async () => {
      const { hub, deployer } = await loadFixture(openCoalition);
      await expect(deployer.sendTransaction({ to: hub, value: 1n })).to.be.revertedWithoutReason(ethers);
      expect(await ethers.provider.getBalance(hub)).to.equal(0n);
    });
  });
});
