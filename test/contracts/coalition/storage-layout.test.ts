/**
 * The hub runs the back office's code on its own storage, so both must agree on where everything lies; and the back office alone, which
 * anybody can call at its own address, must be able to do nothing.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { FunctionFragment, Interface, type ParamType } from 'ethers';
import { artifacts } from 'hardhat';
import { loadFixture, networkHelpers } from '../../helpers/chain.ts';
import { openCoalition } from '../../helpers/coalition.ts';

interface Variable {
  label: string;
  slot: string;
  offset: number;
  type: string;
  contract: string;
}

interface Layout {
  storage: Variable[];
  types: Record<string, { label: string; numberOfBytes: string; members?: Variable[] }> | null;
}

const ROOT = new URL('../../../', import.meta.url);
const CONTRACTS = { hub: 'Coalition', office: 'BackOffice', state: 'CoalitionState' } as const;

/** The layouts that the compiler gives to the three, in one run, so that types have the same names in all. */
function layouts(): Record<keyof typeof CONTRACTS, Layout> {
  const solc = createRequire(import.meta.url)('solc');
  const read = (path: string) => {
    const url = new URL(path.startsWith('@') ? `node_modules/${path}` : path, ROOT);
    return { contents: readFileSync(url, 'utf8') };
  };
  const names = Object.values(CONTRACTS);
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      names.map((name) => [`contracts/${name}.sol`, { content: read(`contracts/${name}.sol`).contents }]),
    ),
    settings: { evmVersion: 'osaka', outputSelection: { '*': { '*': ['storageLayout'] } } },
  };
  const { contracts } = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const layoutOf = (name: string): Layout => contracts[`contracts/${name}.sol`][name].storageLayout;
  return {
    hub: layoutOf(CONTRACTS.hub),
    office: layoutOf(CONTRACTS.office),
    state: layoutOf(CONTRACTS.state),
  };
}

const places = (variables: Variable[]) =>
  variables.map(({ label, slot, offset, type }) => `${slot}+${offset} ${label} ${type}`);

/** Something for every argument that is not refused for being nothing. */
function argumentOf(param: ParamType, account: string): unknown {
  if (param.baseType === 'tuple') return param.components?.map((part) => argumentOf(part, account));
  if (param.type === 'address') return account;
  if (param.type === 'string') return 'Charity';
  if (param.type === 'bool') return true;
  if (param.type === 'bytes32') return `0x${'11'.repeat(32)}`;
  return 1n;
}

/** What each of the back office's functions answers at its own address, whoever calls. */
const ALONE: Record<string, string> = {
  addCharity: 'AccessManagedUnauthorized',
  addPartner: 'AccessManagedUnauthorized',
  beginExit: 'PartnerUnknown',
  deposit: 'PartnerUnknown',
  expel: 'AccessManagedUnauthorized',
  grantFromFund: 'AccessManagedUnauthorized',
  halt: 'AccessManagedUnauthorized',
  haltPartner: 'AccessManagedUnauthorized',
  haltWithdrawals: 'AccessManagedUnauthorized',
  payCharity: 'CharityUnknown',
  raiseValue: 'PartnerUnknown',
  recordBreakage: 'PartnerUnknown',
  refund: 'PartnerUnknown',
  release: 'PartnerUnknown',
  resume: 'AccessManagedUnauthorized',
  resumePartner: 'AccessManagedUnauthorized',
  scheduleValue: 'PartnerUnknown',
  setAuthority: 'AccessManagedUnauthorized',
  setCharityPayout: 'AccessManagedUnauthorized',
  setCharitySuspended: 'AccessManagedUnauthorized',
  setCoveragePolicy: 'AccessManagedUnauthorized',
  setFee: 'AccessManagedUnauthorized',
  setIssuingKey: 'PartnerUnknown',
  setMatch: 'PartnerUnknown',
  setMintAllowance: 'PartnerUnknown',
  setPartnerAdmin: 'PartnerUnknown',
  succeed: 'PartnerUnknown',
  withdraw: 'PartnerUnknown',
  withdrawTreasury: 'AccessManagedUnauthorized',
};

describe('CoalitionState', () => {
  describe('storage', () => {
    const { hub, office, state } = layouts();

    it('lies at the same places for the hub and the back office, slot by slot', () => {
      expect(state.storage.length).to.be.greaterThan(5);
      expect(places(office.storage)).to.deep.equal(places(state.storage));
      expect(places(hub.storage.slice(0, state.storage.length))).to.deep.equal(places(state.storage));
    });

    it('has in the hub nothing behind it but what EIP712 keeps for long names, where the office has nothing', () => {
      const rest = hub.storage.slice(state.storage.length);
      expect(rest.map(({ label }) => label)).to.deep.equal(['_nameFallback', '_versionFallback']);
      const last = Math.max(...state.storage.map(({ slot }) => Number(slot)));
      for (const { slot } of rest) expect(Number(slot)).to.be.greaterThan(last);
    });

    it('has structs of the same shape for both, whose words hold what belongs together', () => {
      const shapes = (layout: Layout) =>
        Object.entries(layout.types ?? {})
          .filter(([, { members }]) => members)
          .map(([name, { label, members }]) => [name, label, places(members ?? [])]);
      const shared = shapes(office);
      expect(shared.map(([, label]) => label)).to.include('struct PartnerBook.Partner');
      expect(shapes(hub)).to.deep.include.members(shared);
      const partner = Object.values(hub.types ?? {}).find(
        ({ label }) => label === 'struct PartnerBook.Partner',
      );
      const hot = (partner?.members ?? []).filter(({ slot }) => Number(slot) < 2).map(({ label }) => label);
      expect(hot).to.deep.equal(['reserve', 'coverageBps', 'status', 'token', 'values', 'lastBatch']);
    });
  });
});

describe('BackOffice', () => {
  describe('called at its own address', () => {
    async function aloneFixture() {
      const coalition = await openCoalition();
      const address: string = await coalition.hub.backOffice();
      const { abi } = await artifacts.readArtifact('BackOffice');
      return { ...coalition, address, office: new Interface(abi) };
    }

    it('refuses everybody in every function that changes anything', async () => {
      const { address, office, governor, issuer, guardian, auroraAdmin, stranger } =
        await loadFixture(aloneFixture);
      const answers: Record<string, string> = {};
      for (const fragment of office.fragments) {
        if (!FunctionFragment.isFragment(fragment) || fragment.constant) continue;
        const found = new Set<string>();
        for (const caller of [governor, issuer, guardian, auroraAdmin, stranger]) {
          const values = fragment.inputs.map((param) => argumentOf(param, caller.address));
          const data = office.encodeFunctionData(fragment, values);
          const reason = await caller.call({ to: address, data }).then(
            () => 'done',
            (error: { data?: string }) => office.parseError(error.data ?? '0x')?.name ?? 'nothing',
          );
          found.add(reason);
        }
        answers[fragment.name] = [...found].join(' ');
      }
      expect(answers).to.deep.equal(ALONE);
    });

    it('stores nothing', async () => {
      const { address } = await loadFixture(aloneFixture);
      for (let slot = 0; slot < 32; slot++)
        expect(BigInt(await networkHelpers.getStorageAt(address, slot))).to.equal(0n);
    });
  });
});
