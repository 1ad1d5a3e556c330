import { expect } from 'chai';
import { network } from 'hardhat';
import { type Address, createPublicClient, custom, getAddress, http } from 'viem';
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../../backend/protocol/roles.ts';
import { deployCoalition as deployByJournal, runModule } from '../../../scripts/deploy/deploy.ts';
import { deployCoalitionDirectly } from '../../../scripts/deploy/deploy-directly.ts';
import { hubAt } from '../../../scripts/deploy/hub-contract.ts';
import { verifyRoles } from '../../../scripts/deploy/verify-roles.ts';
import { ethers, ignition, loadFixture, provider } from '../../helpers/chain.ts';
import { deployCoalition } from '../../helpers/coalition.ts';

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
    it('takes the stablecoin of the network, and lets the governor wait', async () => {
      const { dollar, expected, holders } = await loadFixture(deployedFixture);
      const stablecoin = getAddress(await dollar.getAddress());
      const deployed = await runModule(ignition, {
        governor: holders.GOVERNOR,
        issuer: holders.ISSUER,
        guardian: holders.GUARDIAN,
        receiptSigner: holders.RECEIPT_SIGNER,
        stablecoin,
        governorDelay: 86_400,
      });
      expect(deployed.stablecoin).to.equal(stablecoin);
      expect(deployed.coalition).to.not.equal(expected.coalition);
      const hub = await hubAt(ethers, deployed.coalition);
      expect(await hub.stablecoin()).to.equal(stablecoin);
      expect(await verifyRoles(client, { ...deployed, holders, governorDelay: 86_400 })).to.deep.equal([]);
      expect(await verifyRoles(client, { ...deployed, holders, governorDelay: 0 })).to.deep.equal([
        'GOVERNOR waits 86400 seconds instead of 0.',
      ]);
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
    const { authority, expected, holders } = await loadFixture(deployedFixture);
    await authority.revokeRole(ROLES.ISSUER, holders.ISSUER);
    expect(await verifyRoles(client, expected)).to.deep.equal([`${holders.ISSUER} does not hold ISSUER.`]);
    const { ISSUER: _, ...others } = holders;
    expect(await verifyRoles(client, { ...expected, holders: others })).to.deep.equal([]);
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

  it('names a hub that was closed', async () => {
    const { hub, authority, expected } = await loadFixture(deployedFixture);
    await authority.setTargetClosed(hub, true);
    expect(await verifyRoles(client, expected)).to.deep.equal([
      'The authority has closed the hub to all roles.',
    ]);
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
        const own = await deployCoalitionDirectly({ ...options, deployerKey, stablecoin: demo.stablecoin });
        expect(own.stablecoin).to.equal(demo.stablecoin);
        expect(own.deployedAtBlock).to.be.above(demo.deployedAtBlock);
        expect(await verifyRoles(node, { ...own, holders, governorDelay: 7 })).to.deep.equal([]);
        const journalled = await deployByJournal(options, { keepJournal: false });
        expect((await codeAt(node, journalled)).code).to.have.length(ofFirst.length);
      });
    });
  });
});

async function codeAt(
  node: ReturnType<typeof createPublicClient>,
  { coalition }: { coalition: Address },
): Promise<{ code: string }> {
  return { code: (await node.getCode({ address: coalition })) ?? '0x' };
}
