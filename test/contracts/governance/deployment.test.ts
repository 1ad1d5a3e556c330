import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { network } from 'hardhat';
import { type Address, createPublicClient, custom, getAddress, http } from 'viem';
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../../backend/protocol/roles.ts';
import { deployCoalition as deployByJournal, runModule } from '../../../scripts/deploy/deploy.ts';
import { deployCoalitionDirectly } from '../../../scripts/deploy/deploy-directly.ts';
import { hubAt } from '../../../scripts/deploy/hub-contract.ts';
import { verifyDeployment } from '../../../scripts/deploy/verify-deployment.ts';
import { verifyRoles } from '../../../scripts/deploy/verify-roles.ts';
import { ethers, ignition, loadFixture, networkHelpers, provider, time } from '../../helpers/chain.ts';
import { deployCoalition, openCoalition } from '../../helpers/coalition.ts';

const DAY = 86_400;

const client = createPublicClient({ transport: custom(provider) });

/** The coalition of the demo module, and who should hold what. */
async function deployedFixture() {
  const coalition = await deployCoalition();
  const { hub, authority, governor, issuer, guardian, receiptSigner } = coalition;
  const holders = {
    GOVERNOR: getAddress(governor.address),
    ISSUER: getAddress(issuer.address),
    GUARDIAN: getAddress(guardian.address),
    RECEIPT_SIGNER: getAddress(receiptSigner.address),
  } satisfies Record<RoleName, Address>;
  const expected = {
    coalition: getAddress(await hub.getAddress()),
    authority: getAddress(await authority.getAddress()),
    holders,
    governorDelay: 0,
  };
  return { ...coalition, expected, holders };
}

/** Who holds what on a real network: a board administers, and what matters waits. */
async function handedOverFixture() {
  const coalition = await deployCoalition();
  const { governor, issuer, guardian, receiptSigner, dollar, woodland: board } = coalition;
  const parameters = {
    governor: getAddress(governor.address),
    issuer: getAddress(issuer.address),
    guardian: getAddress(guardian.address),
    receiptSigner: getAddress(receiptSigner.address),
    admin: getAddress(board.address),
    stablecoin: getAddress(await dollar.getAddress()),
    governorDelay: 2 * DAY,
    adminDelay: DAY,
    grantDelay: DAY / 2,
    targetAdminDelay: 3 * DAY,
  };
  const deployed = await runModule(ignition, parameters);
  const hub = await hubAt(ethers, deployed.coalition);
  const authority = await ethers.getContractAt('AccessManager', deployed.authority);
  return { ...coalition, hub, authority, board, parameters, deployed };
}

/** The governor has scheduled a fee of one percent. */
async function scheduledFixture() {
  const coalition = await handedOverFixture();
  const { hub, authority, governor } = coalition;
  const data = hub.interface.encodeFunctionData('setFee', [100n]);
  await authority.connect(governor).schedule(hub, data, 0);
  const operation = await authority.hashOperation(governor, hub, data);
  return { ...coalition, data, operation };
}

type HandedOver = Awaited<ReturnType<typeof handedOverFixture>>['parameters'];

/** The same, as `verifyRoles` asks for it. */
const rolesOf = ({
  governor,
  issuer,
  guardian,
  receiptSigner,
  admin,
  stablecoin: _,
  ...delays
}: HandedOver) => ({
  ...delays,
  holders: {
    ADMIN: admin,
    GOVERNOR: governor,
    ISSUER: issuer,
    GUARDIAN: guardian,
    RECEIPT_SIGNER: receiptSigner,
  },
});

describe('Ignition modules', () => {
  describe('TesseraDemo', () => {
    it('gives every role to its holder and to nobody else', async () => {
      const { authority, expected, holders, deployer, stranger } = await loadFixture(deployedFixture);
      expect(await verifyRoles(client, expected)).to.deep.equal([]);
      for (const role of ROLE_NAMES)
        for (const account of [...Object.values(holders), deployer.address, stranger.address]) {
          const { isMember } = await authority.hasRole(ROLES[role], account);
          expect(isMember, `${role} of ${account}`).to.equal(account === holders[role]);
        }
    });

    it('lets the guardian cancel what the governor has scheduled', async () => {
      const { authority } = await loadFixture(deployedFixture);
      for (const name of ROLE_NAMES)
        expect(await authority.getRoleGuardian(ROLES[name]), name).to.equal(
          name === 'GOVERNOR' ? ROLES.GUARDIAN : ADMIN_ROLE,
        );
    });

    it('labels the roles, and leaves the administration to the deployer', async () => {
      const { authority, deployer } = await loadFixture(deployedFixture);
      const labels = await authority.queryFilter(authority.filters.RoleLabel());
      expect(labels.map(({ args }) => [args.roleId, args.label])).to.deep.equal(
        ROLE_NAMES.map((name) => [ROLES[name], name]),
      );
      expect((await authority.hasRole(ADMIN_ROLE, deployer)).isMember).to.equal(true);
      for (const name of ROLE_NAMES)
        expect(await authority.getRoleAdmin(ROLES[name]), name).to.equal(ADMIN_ROLE);
    });

    it('deploys a hub on its authority with a stablecoin of the deployer', async () => {
      const { hub, dollar, authority, deployer } = await loadFixture(deployedFixture);
      expect(await hub.stablecoin()).to.equal(await dollar.getAddress());
      expect(await hub.authority()).to.equal(await authority.getAddress());
      expect(await dollar.owner()).to.equal(deployer.address);
    });
  });

  describe('Tessera', () => {
    it('takes the stablecoin of the network, and leaves the deployer nothing', async () => {
      const { deployed, parameters, authority, deployer, board } = await loadFixture(handedOverFixture);
      const hub = await hubAt(ethers, deployed.coalition);
      expect(await hub.stablecoin()).to.equal(parameters.stablecoin);
      expect(await verifyRoles(client, { ...deployed, ...rolesOf(parameters) })).to.deep.equal([]);
      expect((await authority.hasRole(ADMIN_ROLE, deployer)).isMember).to.equal(false);
      expect((await authority.hasRole(ADMIN_ROLE, board)).executionDelay).to.equal(DAY);
      await expect(authority.connect(deployer).grantRole(ROLES.ISSUER, deployer, 0))
        .to.be.revertedWithCustomError(authority, 'AccessManagerUnauthorizedAccount')
        .withArgs(deployer, ADMIN_ROLE);
    });

    it('refuses the deployer as the admin, who would be lost', async () => {
      const { parameters, deployer } = await loadFixture(handedOverFixture);
      const itself = { ...parameters, admin: getAddress(deployer.address), governorDelay: 1 };
      expect(await runModule(ignition, itself).catch(String)).to.contain('AccessManagerUnauthorizedAccount');
    });

    it('is refused without an admin', async () => {
      const { admin: _, adminDelay: __, ...parameters } = (await loadFixture(handedOverFixture)).parameters;
      expect(await runModule(ignition, parameters).catch(String)).to.contain('needs an admin of its own too');
    });

    describe('the governor', () => {
      it('does what it has scheduled when its delay is over, and not before', async () => {
        const { hub, authority, governor, data, operation } = await loadFixture(scheduledFixture);
        const change = () => hub.connect(governor).setFee(100n);
        const ready = Number(await authority.getSchedule(operation));
        expect(ready).to.equal((await time.latest()) + 2 * DAY);
        await time.setNextBlockTimestamp(ready - 1);
        await expect(change())
          .to.be.revertedWithCustomError(authority, 'AccessManagerNotReady')
          .withArgs(operation);
        await time.setNextBlockTimestamp(ready);
        await change();
        expect(await hub.feeBps()).to.equal(100n);
        await authority.connect(governor).schedule(hub, data, 0);
      });

      it('is stopped by the guardian, who can cancel and not do it', async () => {
        const { hub, authority, governor, guardian, stranger, issuer, data, operation } =
          await loadFixture(scheduledFixture);
        for (const caller of [stranger, issuer])
          await expect(authority.connect(caller).cancel(governor, hub, data))
            .to.be.revertedWithCustomError(authority, 'AccessManagerUnauthorizedCancel')
            .withArgs(caller, governor, hub, data.slice(0, 10));
        await expect(hub.connect(guardian).setFee(100n))
          .to.be.revertedWithCustomError(hub, 'AccessManagedUnauthorized')
          .withArgs(guardian);
        await authority.connect(guardian).cancel(governor, hub, data);
        await time.increase(3 * DAY);
        await expect(hub.connect(governor).setFee(100n))
          .to.be.revertedWithCustomError(authority, 'AccessManagerNotScheduled')
          .withArgs(operation);
      });

      it('does not do what it has scheduled and forgotten for a week', async () => {
        const { hub, authority, governor, operation } = await loadFixture(scheduledFixture);
        await time.increase(2 * DAY + 7 * DAY);
        await expect(hub.connect(governor).setFee(100n))
          .to.be.revertedWithCustomError(authority, 'AccessManagerExpired')
          .withArgs(operation);
      });
    });

    describe('the guardian', () => {
      it('halts without waiting', async () => {
        const { hub, guardian } = await loadFixture(scheduledFixture);
        await hub.connect(guardian).halt();
        expect(await hub.halted()).to.equal(true);
      });
    });

    describe('the admin', () => {
      it('changes roles after its delay', async () => {
        const { authority, board, stranger } = await loadFixture(handedOverFixture);
        const data = authority.interface.encodeFunctionData('revokeRole', [ROLES.ISSUER, stranger.address]);
        const operation = await authority.hashOperation(board, authority, data);
        const revoke = () => authority.connect(board).revokeRole(ROLES.ISSUER, stranger);
        await expect(revoke())
          .to.be.revertedWithCustomError(authority, 'AccessManagerNotScheduled')
          .withArgs(operation);
        await authority.connect(board).schedule(authority, data, 0);
        await time.increase(DAY);
        await revoke();
      });

      it('waits three days to give the hub’s functions away, from five days after the deployment on', async () => {
        const { hub, authority, board, deployed, parameters } = await loadFixture(handedOverFixture);
        await time.increase(5 * DAY);
        expect(await authority.getTargetAdminDelay(hub)).to.equal(3 * DAY);
        expect(await authority.getRoleGrantDelay(ROLES.ISSUER)).to.equal(DAY / 2);
        const selectors = [hub.interface.getFunction('issue').selector];
        const args = [await hub.getAddress(), selectors, ROLES.GOVERNOR] as const;
        const data = authority.interface.encodeFunctionData('setTargetFunctionRole', [...args]);
        await authority.connect(board).schedule(authority, data, 0);
        const operation = await authority.hashOperation(board, authority, data);
        await time.increase(3 * DAY - 10);
        await expect(authority.connect(board).setTargetFunctionRole(...args))
          .to.be.revertedWithCustomError(authority, 'AccessManagerNotReady')
          .withArgs(operation);
        await time.increase(10);
        await authority.connect(board).setTargetFunctionRole(...args);
        expect(await verifyRoles(client, { ...deployed, ...rolesOf(parameters) })).to.deep.equal([
          `${selectors[0]} is for role 1, not for ISSUER.`,
        ]);
      });
    });
  });
});

describe('verifyRoles', () => {
  it('names another authority', async () => {
    const { expected, deployer } = await loadFixture(deployedFixture);
    const authority = getAddress(deployer.address);
    expect(await verifyRoles(client, { ...expected, authority })).to.deep.equal([
      `The hub obeys ${expected.authority}, not ${authority}.`,
    ]);
  });

  it('names a holder who lost a role, and asks for no holder who is not expected', async () => {
    const { authority, expected, holders, stranger } = await loadFixture(deployedFixture);
    await authority.revokeRole(ROLES.ISSUER, holders.ISSUER);
    expect(await verifyRoles(client, expected)).to.deep.equal([`${holders.ISSUER} does not hold ISSUER.`]);
    const { ISSUER: _, ...others } = holders;
    const unnamed = { ...expected, holders: others };
    expect(await verifyRoles(client, unnamed)).to.deep.equal(['Nobody holds ISSUER.']);
    await authority.grantRole(ROLES.ISSUER, stranger, 0);
    expect(await verifyRoles(client, unnamed)).to.deep.equal([]);
  });

  it('names a guardian that was made to wait', async () => {
    const { authority, expected, holders } = await loadFixture(deployedFixture);
    await authority.grantRole(ROLES.GUARDIAN, holders.GUARDIAN, 60);
    expect(await verifyRoles(client, expected)).to.deep.equal(['GUARDIAN waits 60 seconds instead of 0.']);
  });

  it('names functions that were given to another role, or to none', async () => {
    const { hub, authority, expected } = await loadFixture(deployedFixture);
    const selectorOf = (name: 'issue' | 'halt') => hub.interface.getFunction(name).selector;
    await authority.setTargetFunctionRole(hub, [selectorOf('issue')], ROLES.GOVERNOR);
    await authority.setTargetFunctionRole(hub, [selectorOf('halt')], ADMIN_ROLE);
    expect(await verifyRoles(client, expected)).to.deep.equal([
      `${selectorOf('issue')} is for role 1, not for ISSUER.`,
      `${selectorOf('halt')} is for the admin, not for GUARDIAN.`,
    ]);
  });

  it('names who holds a role beside its holder, and a role that is none of ours', async () => {
    const { authority, expected, stranger, deployer } = await loadFixture(deployedFixture);
    for (const role of [ROLES.GOVERNOR, ADMIN_ROLE, 77n]) await authority.grantRole(role, stranger, 0);
    const account = stranger.address;
    const holders = { ...expected.holders, ADMIN: getAddress(deployer.address) };
    expect(await verifyRoles(client, { ...expected, holders })).to.have.members([
      `${account} holds GOVERNOR too.`,
      `${account} holds ADMIN too.`,
      `${account} holds role 77, which is none of the coalition's.`,
    ]);
  });

  it('names a role that somebody else grants, cancels, or that was given another function', async () => {
    const { hub, authority, expected, dollar } = await loadFixture(deployedFixture);
    await authority.setRoleAdmin(ROLES.ISSUER, ROLES.GOVERNOR);
    await authority.setRoleGuardian(ROLES.GOVERNOR, ROLES.ISSUER);
    const selector = hub.interface.getFunction('withdraw').selector;
    await authority.setTargetFunctionRole(hub, [selector], ROLES.GOVERNOR);
    await authority.setTargetFunctionRole(dollar, [selector], ROLES.ISSUER);
    expect(await verifyRoles(client, expected)).to.have.members([
      'GOVERNOR grants ISSUER, not the admin.',
      'ISSUER can cancel what GOVERNOR has scheduled, not GUARDIAN.',
      `GOVERNOR was given ${selector} of ${expected.coalition}.`,
      `ISSUER was given ${selector} of ${await dollar.getAddress()}.`,
    ]);
  });

  it('names delays other than those that were asked for', async () => {
    const { deployed, parameters } = await loadFixture(handedOverFixture);
    const wanted = {
      ...deployed,
      ...rolesOf(parameters),
      adminDelay: 1,
      grantDelay: DAY / 2,
      targetAdminDelay: 2,
    };
    expect(await verifyRoles(client, wanted)).to.deep.equal([
      'ADMIN waits 86400 seconds instead of 1.',
      `The admin's changes of the hub wait ${3 * DAY} seconds instead of 2.`,
    ]);
    const granting = await verifyRoles(client, {
      ...wanted,
      adminDelay: DAY,
      targetAdminDelay: 3 * DAY,
      grantDelay: 0,
    });
    expect(granting).to.have.length(5);
    expect(granting[0]).to.equal('ADMIN is granted after 43200 seconds instead of 0.');
  });

  it('names a hub that was closed', async () => {
    const { hub, authority, expected } = await loadFixture(deployedFixture);
    await authority.setTargetClosed(hub, true);
    expect(await verifyRoles(client, expected)).to.deep.equal([
      'The authority has closed the hub to all roles.',
    ]);
  });
});

describe('verifyDeployment', () => {
  it('finds the code of the sources, and nothing else, in every contract', async () => {
    const { hub, aurora, authority } = await loadFixture(openCoalition);
    const coalition = getAddress(await hub.getAddress());
    const { problems, hashes, holders } = await verifyDeployment(client, { coalition });
    expect(problems).to.deep.equal([]);
    expect(Object.keys(hashes)).to.deep.equal(['hub', 'back office', 'token', 'keys', 'authority']);
    expect(holders.map(({ role }) => role).toSorted()).to.deep.equal(['ADMIN', ...ROLE_NAMES].toSorted());
    for (const [name, address] of [
      ['hub', coalition],
      ['back office', await hub.backOffice()],
      ['token', await hub.tokenImplementation()],
      ['keys', await hub.memberKeys()],
      ['authority', await authority.getAddress()],
    ] as const) {
      const code = await ethers.provider.getCode(address);
      const middle = code.length / 2;
      const digit = code[middle] === '0' ? '1' : '0';
      await networkHelpers.setCode(address, `${code.slice(0, middle)}${digit}${code.slice(middle + 1)}`);
      const found = (await verifyDeployment(client, { coalition }).catch(String)) as
        | Awaited<ReturnType<typeof verifyDeployment>>
        | string;
      // A hub or an authority that can't answer any more is found out too.
      if (typeof found !== 'string')
        expect(found.problems[0], name).to.contain(`The code of the ${name} at ${address} is not that of`);
      await networkHelpers.setCode(address, code);
    }
    const token = await aurora.getAddress();
    const other = (await (await ethers.deployContract('PointsToken')).getAddress()).toLowerCase();
    const own = (await hub.tokenImplementation()).toLowerCase();
    const clone = await ethers.provider.getCode(token);
    await networkHelpers.setCode(token, clone.replace(own.slice(2), other.slice(2)));
    expect((await verifyDeployment(client, { coalition })).problems.at(0)).to.equal(
      `The token of brand 1 at ${token} is no clone of ${await hub.tokenImplementation()}.`,
    );
  });

  it('names a hub that was made for other money, and one with a back office of another', async () => {
    const { hub, dollar, authority } = await loadFixture(openCoalition);
    const coalition = getAddress(await hub.getAddress());
    const stablecoin = getAddress(await authority.getAddress());
    expect(
      (await verifyDeployment(client, { coalition, parameters: { stablecoin } })).problems,
    ).to.deep.equal([`The money of the hub is ${await dollar.getAddress()}, not ${stablecoin}.`]);
    const other = await ethers.deployContract('Coalition', [authority, dollar, dollar]);
    const { problems } = await verifyDeployment(client, { coalition: getAddress(await other.getAddress()) });
    expect(problems[0]).to.equal(
      `The code of the back office at ${await dollar.getAddress()} is not that of contracts/BackOffice.sol.`,
    );
  });

  it('names an immutable that was changed in the code', async () => {
    const { hub } = await loadFixture(openCoalition);
    const keys = await hub.memberKeys();
    const code = await ethers.provider.getCode(keys);
    const coalition = await hub.getAddress();
    const forged = code.replaceAll(coalition.slice(2).toLowerCase(), keys.slice(2).toLowerCase());
    expect(forged).to.not.equal(code);
    await networkHelpers.setCode(keys, forged);
    const { problems } = await verifyDeployment(client, { coalition: getAddress(coalition) });
    expect(problems[0]).to.contain(`The keys at ${keys} was deployed with other values`);
  });
});

describe('deployment over JSON-RPC', () => {
  /** A chain behind a port, for what runs outside of Hardhat. */
  async function withNode(use: (rpcUrl: string) => Promise<void>): Promise<void> {
    const server = await network.createServer('default', '127.0.0.1');
    const { address, port } = await server.listen();
    try {
      await use(`http://${address}:${port}`);
    } finally {
      await server.close();
    }
  }

  async function rolesFor(rpcUrl: string) {
    const { holders } = await loadFixture(deployedFixture);
    const { GOVERNOR: governor, ISSUER: issuer, GUARDIAN: guardian, RECEIPT_SIGNER: receiptSigner } = holders;
    return { holders, options: { rpcUrl, governor, issuer, guardian, receiptSigner, governorDelay: 7 } };
  }

  describe('deployCoalition', () => {
    it('finds the coalition of its journal again, and its block', async () => {
      await withNode(async (rpcUrl) => {
        const { holders, options } = await rolesFor(rpcUrl);
        const first = await deployByJournal(options);
        const again = await deployByJournal(options, { keepJournal: false });
        expect(again).to.deep.equal(first);
        const node = createPublicClient({ transport: http(rpcUrl) });
        expect(first.chainId).to.equal(await node.getChainId());
        const code = (blockNumber: bigint) => node.getCode({ address: first.coalition, blockNumber });
        expect(await code(BigInt(first.deployedAtBlock) - 1n)).to.equal(undefined);
        expect(await code(BigInt(first.deployedAtBlock))).to.be.a('string');
        expect(await verifyRoles(node, { ...first, holders, governorDelay: 7 })).to.deep.equal([]);
        const anew = await deployByJournal(options, { keepJournal: false });
        expect(anew.coalition).to.not.equal(first.coalition);
      });
    });
  });

  describe('npm run verify', () => {
    const ALL_RIGHT = 'All is as it should be.';

    it('reads a deployment back and says what differs from the parameters', async () => {
      await withNode(async (rpcUrl) => {
        const { options } = await rolesFor(rpcUrl);
        const { coalition } = await deployCoalitionDirectly(options);
        const { rpcUrl: _, ...parameters } = options;
        const folder = await mkdtemp(join(tmpdir(), 'tessera-verify-'));
        const verify = async (named: object) => {
          const file = join(folder, 'parameters.json');
          await writeFile(file, JSON.stringify({ TesseraDemo: named }));
          return runVerification(['--rpc', rpcUrl, '--coalition', coalition, '--parameters', file, '--json']);
        };
        const right = await verify(parameters);
        expect(right).to.deep.include({ code: 0 });
        expect(right.output).to.contain(ALL_RIGHT);
        const wrong = await verify({ ...parameters, guardian: coalition });
        expect(wrong.code).to.equal(1);
        expect(wrong.output).to.contain(`${coalition} does not hold GUARDIAN.`);
        expect(wrong.output).to.not.contain(ALL_RIGHT);
        const unknown = await verify({ ...parameters, guardain: coalition });
        expect(unknown.code).to.equal(2);
        const nowhere = await runVerification(['--rpc', rpcUrl, '--coalition', options.governor]);
        expect(nowhere.code).to.equal(2);
        await rm(folder, { recursive: true });
      });
    });
  });

  describe('deployCoalitionDirectly', () => {
    it('makes the same coalition without Hardhat, by a key or by the node’s account', async () => {
      await withNode(async (rpcUrl) => {
        const { holders, options } = await rolesFor(rpcUrl);
        const node = createPublicClient({ transport: http(rpcUrl) });
        const demo = await deployCoalitionDirectly(options);
        expect(await verifyRoles(node, { ...demo, holders, governorDelay: 7 })).to.deep.equal([]);
        const { code: ofFirst } = await codeAt(node, demo);
        // The first account of every development chain.
        const deployerKey = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
        const admin = holders.GUARDIAN;
        const own = await deployCoalitionDirectly({
          ...options,
          deployerKey,
          stablecoin: demo.stablecoin,
          admin,
        });
        expect(own.stablecoin).to.equal(demo.stablecoin);
        expect(own.deployedAtBlock).to.be.above(demo.deployedAtBlock);
        const handedOver = { ...holders, ADMIN: admin };
        expect(await verifyRoles(node, { ...own, holders: handedOver, governorDelay: 7 })).to.deep.equal([]);
        const journalled = await deployByJournal(options, { keepJournal: false });
        expect((await codeAt(node, journalled)).code).to.have.length(ofFirst.length);
      });
    });
  });
});

/** What `npm run verify` prints and ends with. */
function runVerification(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = execFile('node', ['scripts/verify.ts', ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}

async function codeAt(
  node: ReturnType<typeof createPublicClient>,
  { coalition }: { coalition: Address },
): Promise<{ code: string }> {
  return { code: (await node.getCode({ address: coalition })) ?? '0x' };
}
