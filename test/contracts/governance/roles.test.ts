import { expect } from 'chai';
import { Interface, id, ZeroAddress } from 'ethers';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import {
  ADMIN_ROLE,
  ROLE_FUNCTIONS,
  ROLE_NAMES,
  ROLES,
  type RoleName,
} from '../../../backend/protocol/roles.ts';
import { ethers, loadFixture, time } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  deployCoalition,
  openCoalition,
  termsOf,
  WOODLAND,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

/** Who may call the hub's functions without a role: anyone, or the brand's admin, or its authority. */
const WITHOUT_ROLE = [
  'beginExit',
  'deposit',
  'execute',
  'executeBatch',
  'executeCompactBatch',
  'issueAsPartner',
  'payCharity',
  'raiseValue',
  'recordBreakage',
  'release',
  'scheduleValue',
  'setAuthority',
  'setIssuingKey',
  'setMatch',
  'setMintAllowance',
  'setPartnerAdmin',
  'succeed',
  'withdraw',
];

type RestrictedFunction = (typeof ROLE_FUNCTIONS)[RoleName][number];

const RESTRICTED = ROLE_NAMES.flatMap((role) => ROLE_FUNCTIONS[role].map((name) => ({ role, name })));

/** Ana has redeemed all of her ten Aurora points at Bistro, which can be refunded. */
async function rolesFixture() {
  const coalition = await openCoalition();
  const { account } = eoaMember('Ana');
  await coalition.issue(AURORA, [account, 10n]);
  const { taken } = performerOn(coalition);
  const redemption = { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 10n } as const;
  const buckets = await taken(eoaMember('Ana'), redemption);
  const refund = { acceptor: BISTRO, issuer: AURORA, member: account, nonce: 0, id: id('refund'), buckets };
  const { hub, deployer, governor, issuer, guardian, receiptSigner, auroraAdmin, seaRescue, stranger } =
    coalition;
  /** A call that each restricted function accepts from whoever may make it. */
  const argumentsOf: Record<RestrictedFunction, readonly unknown[]> = {
    addPartner: [termsOf(auroraAdmin.address, 'aurora')],
    setCoveragePolicy: [AURORA, 9_000n],
    expel: [AURORA],
    addCharity: ['Sea Rescue', seaRescue.address],
    setCharitySuspended: [WOODLAND, true],
    setFee: [30n],
    withdrawTreasury: [0n, seaRescue.address],
    grantFromFund: [AURORA, 0n],
    setCharityPayout: [WOODLAND, seaRescue.address],
    resume: [],
    resumePartner: [AURORA],
    issue: [[]],
    refund: [refund],
    halt: [],
    haltPartner: [AURORA],
    haltWithdrawals: [],
  };
  const call = async (caller: typeof stranger, name: RestrictedFunction) => {
    const data = new Interface(hub.interface.fragments).encodeFunctionData(name, argumentsOf[name]);
    return caller.sendTransaction({ to: await hub.getAddress(), data });
  };
  const holders = { GOVERNOR: governor, ISSUER: issuer, GUARDIAN: guardian, RECEIPT_SIGNER: receiptSigner };
  const others = { deployer, auroraAdmin, stranger };
  return { ...coalition, call, holders, others };
}

describe('Coalition', () => {
  describe('roles', () => {
    it('cover every function that changes something and is not open to all', () => {
      const writing = CoalitionAbi.flatMap((entry) =>
        entry.type === 'function' && entry.stateMutability === 'nonpayable' ? [entry.name] : [],
      );
      const known = [...WITHOUT_ROLE, ...RESTRICTED.map(({ name }) => name)];
      expect(writing.toSorted()).to.deep.equal(known.toSorted());
    });

    for (const { role, name } of RESTRICTED) {
      describe(name, () => {
        it(`is open to ${role} and to nobody else, not even the deployer`, async () => {
          const { hub, call, holders, others } = await loadFixture(rolesFixture);
          const refused = { ...holders, ...others, [role]: undefined };
          for (const caller of Object.values(refused).filter((one) => one !== undefined))
            await expect(call(caller, name))
              .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
              .withArgs(caller);
          await call(holders[role], name);
        });
      });
    }

    it('are lost when the admin revokes them', async () => {
      const { hub, authority, guardian } = await loadFixture(openCoalition);
      await authority.revokeRole(ROLES.GUARDIAN, guardian);
      await expect(hub.connect(guardian).halt())
        .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
        .withArgs(guardian);
    });

    it('are given by the admin alone', async () => {
      const { authority, governor, stranger } = await loadFixture(openCoalition);
      for (const caller of [governor, stranger])
        await expect(authority.connect(caller).grantRole(ROLES.GUARDIAN, caller, 0))
          .to.be.revertedWithCustomError(authority, 'AccessManagerUnauthorizedAccount')
          .withArgs(caller, ADMIN_ROLE);
    });
  });

  describe('a governor that must wait', () => {
    it('can execute only what it has scheduled, after the delay, once', async () => {
      const { hub, authority, governor } = await loadFixture(openCoalition);
      const delay = 3_600;
      await authority.grantRole(ROLES.GOVERNOR, governor, delay);
      const data = hub.interface.encodeFunctionData('setCoveragePolicy', [AURORA, 9_000n]);
      const operation = await authority.hashOperation(governor, hub, data);
      const change = () => hub.connect(governor).setCoveragePolicy(AURORA, 9_000n);
      await expect(change())
        .to.be.revertedWithCustomError(authority, 'AccessManagerNotScheduled')
        .withArgs(operation);
      await authority.connect(governor).schedule(hub, data, 0);
      const scheduled = await time.latest();
      await expect(change())
        .to.be.revertedWithCustomError(authority, 'AccessManagerNotReady')
        .withArgs(operation);
      await time.setNextBlockTimestamp(scheduled + delay);
      await change();
      expect((await hub.partnerReport(AURORA)).coverageBps).to.equal(9_000n);
      expect(await hub.isConsumingScheduledOp()).to.equal('0x00000000');
      await expect(change())
        .to.be.revertedWithCustomError(authority, 'AccessManagerNotScheduled')
        .withArgs(operation);
    });
  });

  describe('setAuthority', () => {
    it('is for the authority alone, by its admin', async () => {
      const { hub, authority, deployer, governor, guardian } = await loadFixture(openCoalition);
      const next = await ethers.deployContract('AccessManager', [governor]);
      for (const caller of [deployer, governor])
        await expect(hub.connect(caller).setAuthority(next))
          .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
          .withArgs(caller);
      await expect(authority.updateAuthority(hub, next)).to.emit(hub, 'AuthorityUpdated').withArgs(next);
      expect(await hub.authority()).to.equal(await next.getAddress());
      await expect(hub.connect(guardian).halt())
        .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
        .withArgs(guardian);
    });

    it('refuses an authority without code', async () => {
      const { hub, authority, stranger } = await loadFixture(openCoalition);
      for (const next of [ZeroAddress, stranger.address])
        await expect(authority.updateAuthority(hub, next))
          .to.be.revertedWithCustomError(hub, 'AccessManagedInvalidAuthority')
          .withArgs(next);
    });
  });

  describe('the code behind it', () => {
    it('has no upgrade: hub and tokens are what was deployed', async () => {
      const { hub, aurora } = await loadFixture(openCoalition);
      const implementation = (await hub.tokenImplementation()).slice(2).toLowerCase();
      const code = await ethers.provider.getCode(aurora);
      // ERC-1167's minimal proxy: an address in the code, none in the storage.
      expect(
        code.startsWith(`0x363d3d373d3d3d363d73${implementation}5af43d82803e903d91602b57fd5bf3`),
      ).to.equal(true);
    });
  });

  describe('the back office', () => {
    it('is no hub: by itself it knows nobody, holds nothing and refuses everybody', async () => {
      const { hub, dollar, governor, deployer } = await loadFixture(openCoalition);
      const office = await ethers.getContractAt('BackOffice', await hub.backOffice());
      expect(await dollar.balanceOf(office)).to.equal(0n);
      expect(await office.partnerCount()).to.equal(0n);
      expect(await office.authority()).to.equal(ZeroAddress);
      for (const caller of [governor, deployer]) {
        await expect(office.connect(caller).setFee(1n))
          .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
          .withArgs(caller);
        await expect(office.connect(caller).setAuthority(caller))
          .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
          .withArgs(caller);
        await expect(office.connect(caller).withdraw(AURORA, 1n, caller))
          .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
          .withArgs(AURORA);
      }
      expect(await hub.feeBps()).to.equal(0n);
    });
  });

  describe('an empty hub', () => {
    it('knows nobody', async () => {
      const { hub } = await loadFixture(deployCoalition);
      expect(await hub.partnerCount()).to.equal(0n);
      expect(await hub.charityCount()).to.equal(0n);
    });
  });
});
