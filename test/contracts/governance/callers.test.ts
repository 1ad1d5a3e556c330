import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { BaseContract, HDNodeWallet } from 'ethers';
import { Signature, ZeroHash } from 'ethers';
import { getAddress } from 'viem';
import { CoalitionAbi, MemberKeysAbi, PointsTokenAbi } from '../../../artifacts/abi.ts';
import type { Act } from '../../../backend/protocol/acts.ts';
import { packAct } from '../../../backend/protocol/compact-acts.ts';
import { keyChangeDigest, keyChangeStruct } from '../../../backend/protocol/keys.ts';
import { ROLE_FUNCTIONS, ROLE_NAMES } from '../../../backend/protocol/roles.ts';
import { anAct, NEVER, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture, networkHelpers } from '../../helpers/chain.ts';
import {
  AURORA,
  BISTRO,
  CINEMA,
  mintOf,
  openCoalition,
  termsOf,
  USD,
  WOODLAND,
} from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const CONTRACTS = { Coalition: CoalitionAbi, PointsToken: PointsTokenAbi, MemberKeys: MemberKeysAbi };
type ContractName = keyof typeof CONTRACTS;

/** Callers as the README's table names them. */
const CALLERS = [
  'anyone',
  'anyone, with a signature',
  'holder of points',
  "partner's admin",
  "partner's issuing key",
  'GOVERNOR',
  'ISSUER',
  'GUARDIAN',
  'authority',
  'hub',
] as const;
type Caller = (typeof CALLERS)[number];

/** The README's table of functions: callers by `Contract.function`. */
function documentedCallers(): Map<string, Caller[]> {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const rows = readme.split('\n').filter((line) => /^\| [^|]+ \| `\w+\.\w+`/.test(line));
  const callers = new Map<string, Caller[]>();
  for (const row of rows) {
    const [, who = '', functions = ''] = row.split('|').map((cell) => cell.trim());
    const caller = CALLERS.find((one) => one === who.replaceAll('`', ''));
    if (!caller) throw new TypeError(`the README names a caller that no test knows: ${who}`);
    for (const [, name = ''] of functions.matchAll(/`(\w+\.\w+)`/g))
      callers.set(name, [...(callers.get(name) ?? []), caller]);
  }
  return callers;
}

const DOCUMENTED = documentedCallers();

/** Every function that can change something, as the README would name it. */
const WRITING = Object.entries(CONTRACTS).flatMap(([contract, abi]) =>
  abi.flatMap((entry) =>
    entry.type === 'function' && entry.stateMutability !== 'view' && entry.stateMutability !== 'pure'
      ? [`${contract}.${entry.name}`]
      : [],
  ),
);

const ana = eoaMember('Ana');
const heir = eoaMember('Heir');

type Fixture = Awaited<ReturnType<typeof callersFixture>>;

/** Everybody who could call, each with points, money and a key of their own, so that only the right to call is missing. */
async function callersFixture() {
  const coalition = await openCoalition();
  const { hub, aurora, bistro, dollar, governor, network, issue } = coalition;
  const issuingKey = coalition.seaRescue;
  await hub.connect(coalition.auroraAdmin).setIssuingKey(AURORA, issuingKey);
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_000n], [coalition.stranger.address, 1_000n]);
  await hub.connect(governor).setFee(100n);
  const sign = async (act: Act) => [toStruct(act), await ana.sign(act, network)] as const;
  // Something for the treasury, for a charity, and to refund.
  const lunch = anAct({
    kind: 'redemption',
    member: ana.account,
    issuer: AURORA,
    counterparty: BISTRO,
    amount: 100n,
  });
  const donation = anAct({
    kind: 'donation',
    member: ana.account,
    issuer: AURORA,
    counterparty: WOODLAND,
    amount: 100n,
    nonce: 1,
  });
  await hub.execute(...(await sign(lunch)));
  await hub.execute(...(await sign(donation)));
  const keys = await ethers.getContractAt('MemberKeys', await hub.memberKeys());
  const contracts: Record<ContractName, BaseContract> = {
    Coalition: hub,
    PointsToken: bistro,
    MemberKeys: keys,
  };
  const next = { ...lunch, nonce: 2 };
  const impersonate = async (contract: BaseContract) => {
    const address = await contract.getAddress();
    await networkHelpers.impersonateAccount(address);
    await networkHelpers.setBalance(address, 10n ** 18n);
    return ethers.getSigner(address);
  };
  const signers = {
    anyone: coalition.relay,
    'anyone, with a signature': coalition.relay,
    'holder of points': coalition.stranger,
    "partner's admin": coalition.auroraAdmin,
    "partner's issuing key": issuingKey,
    GOVERNOR: governor,
    ISSUER: coalition.issuer,
    GUARDIAN: coalition.guardian,
    authority: await impersonate(coalition.authority),
    hub: await impersonate(hub),
  } satisfies Record<Caller, unknown>;
  /** People of no caller's list for most functions, who have power elsewhere. */
  const others = {
    deployer: coalition.deployer,
    receiptSigner: coalition.receiptSigner,
    'another brand’s admin': coalition.bistroAdmin,
    charity: coalition.woodland,
  };
  for (const one of [...Object.values(signers), ...Object.values(others)]) {
    await dollar.mint(one, 10n * USD);
    await dollar.connect(one).approve(hub, 10n * USD);
  }
  return { ...coalition, aurora, keys, contracts, signers, others, sign, next };
}

const batch = (fixture: Fixture) => fixture.nextBatch(AURORA, [ana.account, 1n]);
const buckets = async ({ aurora }: Fixture, points: bigint) =>
  ((await aurora.currentEpoch()) << 192n) | (points << 144n);

async function keyChange({ network, keys, relay }: Fixture) {
  const change = {
    member: ana.account,
    key: getAddress(relay.address),
    role: 'full',
    dailyLimit: 0n,
    nonce: Number(await keys.nextNonce(ana.account)),
    deadline: NEVER,
  } as const;
  const where = { chainId: network.chainId, memberKeys: getAddress(await keys.getAddress()) };
  const signature = ana.wallet.signingKey.sign(keyChangeDigest(change, where)).serialized;
  return [keyChangeStruct(change), signature];
}

async function permit({ bistro, relay, network }: Fixture) {
  const fields = ['owner', 'spender', 'value', 'nonce', 'deadline'].map((name, index) => ({
    name,
    type: index < 2 ? 'address' : 'uint256',
  }));
  const domain = { name: 'Tessera Points', version: '1', chainId: network.chainId };
  const message = { owner: ana.account, spender: relay.address, value: 1n, nonce: 0n, deadline: NEVER };
  const verifyingContract = await bistro.getAddress();
  const signed = await ana.wallet.signTypedData(
    { ...domain, verifyingContract },
    { Permit: fields },
    message,
  );
  const { v, r, s } = Signature.from(signed);
  return [ana.account, relay.address, 1n, NEVER, v, r, s];
}

/** Arguments with which each function works for whoever may call it, and what it needs before. */
const CALLS: Record<string, (fixture: Fixture) => Promise<readonly unknown[]> | readonly unknown[]> = {
  'Coalition.execute': ({ sign, next }) => sign(next),
  'Coalition.executeBatch': async ({ sign, next }) => (await sign(next)).map((one) => [one]),
  'Coalition.executeCompactBatch': async ({ next, network }) => {
    const act = { ...next, deadline: 2 ** 39 };
    return [AURORA, packAct({ act, signature: await ana.sign(act, network) })];
  },
  'Coalition.issue': async (fixture) => [[await batch(fixture)]],
  'Coalition.issueAsPartner': async (fixture) => [await batch(fixture)],
  'Coalition.setAuthority': async ({ authority }) => [await authority.getAddress()],
  'Coalition.addCharity': ({ woodland }) => ['Sea Rescue', woodland.address],
  'Coalition.addPartner': ({ auroraAdmin }) => [termsOf(auroraAdmin.address, 'aurora')],
  'Coalition.beginExit': () => [AURORA],
  'Coalition.deposit': () => [AURORA, USD],
  'Coalition.expel': () => [CINEMA],
  'Coalition.grantFromFund': () => [AURORA, 0n],
  'Coalition.halt': () => [],
  'Coalition.haltPartner': () => [AURORA],
  'Coalition.haltWithdrawals': () => [],
  'Coalition.payCharity': () => [WOODLAND],
  'Coalition.raiseValue': async ({ aurora }) => [AURORA, await aurora.currentEpoch(), 10_001n],
  'Coalition.recordBreakage': () => [AURORA],
  'Coalition.refund': async (fixture) => [
    {
      acceptor: AURORA,
      issuer: AURORA,
      member: ana.account,
      nonce: 0,
      id: ZeroHash,
      buckets: await buckets(fixture, 5n),
    },
  ],
  'Coalition.release': async ({ hub, cinemaAdmin }) => {
    await hub.connect(cinemaAdmin).beginExit(CINEMA); // it has no live points
    return [CINEMA];
  },
  'Coalition.resume': () => [],
  'Coalition.resumePartner': () => [AURORA],
  'Coalition.scheduleValue': () => [AURORA, 20_000n],
  'Coalition.setCharityPayout': ({ woodland }) => [WOODLAND, woodland.address],
  'Coalition.setCharitySuspended': () => [WOODLAND, true],
  'Coalition.setCoveragePolicy': () => [AURORA, 9_000n],
  'Coalition.setFee': () => [50n],
  'Coalition.setIssuingKey': ({ relay }) => [AURORA, relay.address],
  'Coalition.setMatch': () => [AURORA, 5_000n, USD],
  'Coalition.setMintAllowance': () => [AURORA, 10n, 10n],
  'Coalition.setPartnerAdmin': ({ relay }) => [AURORA, relay.address],
  'Coalition.succeed': async (fixture) => {
    const { keys, network } = fixture;
    const change = { ...SUCCESSION, nonce: Number(await keys.nextNonce(ana.account)) };
    const where = { chainId: network.chainId, memberKeys: getAddress(await keys.getAddress()) };
    const { serialized } = ana.wallet.signingKey.sign(keyChangeDigest(change, where));
    await keys.changeKey(keyChangeStruct(change), serialized);
    return [AURORA, ana.account];
  },
  'Coalition.withdraw': ({ relay }) => [AURORA, USD, relay.address],
  'Coalition.withdrawTreasury': ({ relay }) => [1n, relay.address],
  'PointsToken.approve': ({ relay }) => [relay.address, 1n],
  'PointsToken.cancel': () => [ana.account, 7n],
  'PointsToken.cancelNonce': () => [7n],
  'PointsToken.gift': () => [ana.account, heir.account, 1n, 7n],
  'PointsToken.mint': () => [ana.account, 1n],
  'PointsToken.mintBatch': () => [[mintOf(ana.account, 1n)]],
  'PointsToken.moveAccount': () => [ana.account, heir.account],
  'PointsToken.permit': permit,
  'PointsToken.restore': async ({ bistro }) => [ana.account, (await bistro.currentEpoch()) << 192n],
  'PointsToken.rollSupply': () => [],
  'PointsToken.spend': () => [ana.account, 1n, 7n],
  'PointsToken.spendPriced': () => ['0x', 0n, 0n],
  'PointsToken.transfer': ({ relay }) => [relay.address, 1n],
  'PointsToken.transferAtEpoch': async ({ bistro, relay }) => [
    await bistro.currentEpoch(),
    relay.address,
    1n,
  ],
  'PointsToken.transferFrom': async (fixture) => [await allowed(fixture), fixture.relay.address, 1n],
  'PointsToken.transferFromAtEpoch': async (fixture) => [
    await fixture.bistro.currentEpoch(),
    await allowed(fixture),
    fixture.relay.address,
    1n,
  ],
  'MemberKeys.changeKey': keyChange,
  'MemberKeys.charge': () => [ana.account, heir.account, 0n],
};

const SUCCESSION = {
  member: ana.account,
  key: heir.account,
  role: 'successor',
  dailyLimit: 0n,
  deadline: NEVER,
} as const;

/** Somebody with points who lets the holder of points move one. */
async function allowed({ bistro, auroraAdmin, stranger, issue }: Fixture): Promise<string> {
  await issue(BISTRO, [auroraAdmin.address, 5n]);
  await bistro.connect(auroraAdmin).approve(stranger, 1n);
  return auroraAdmin.address;
}

/** How each contract refuses a caller. */
const REFUSALS = new Set([
  'AccessManagedUnauthorized',
  'PartnerCallerNotAdmin',
  'IssuanceCallerNotKey',
  'PointsCallerNotCoalition',
  'KeyCallerNotCoalition',
]);

/** Open to all, as far as the caller matters: what is theirs, or signed by the one it is about. */
const OPEN = new Set<Caller>(['anyone', 'anyone, with a signature', 'holder of points']);

type Signer = HDNodeWallet | Fixture['relay'];

/** What a call reverted with, wherever the provider has put it. */
function revertDataOf(error: unknown): string {
  const { data } = error as { data?: string | { data?: string } };
  return (typeof data === 'string' ? data : data?.data) ?? '0x';
}

describe('Callers', () => {
  it('are documented in the README for every function that changes something, and for no other', () => {
    expect([...DOCUMENTED.keys()].toSorted()).to.deep.equal(WRITING.toSorted());
  });

  it('have the roles of the deployment', () => {
    for (const role of ROLE_NAMES) {
      const documented = [...DOCUMENTED].filter(([, callers]) => callers.includes(role as Caller));
      const names = documented.map(([name]) => name.split('.')[1]);
      expect(names.toSorted(), role).to.deep.equal([...ROLE_FUNCTIONS[role]].toSorted());
    }
  });

  for (const [name, documented] of DOCUMENTED)
    describe(name, () => {
      const [contract, method] = name.split('.') as [ContractName, string];
      const isOpen = documented.some((caller) => OPEN.has(caller));

      /** The error that the call ends with, empty if it is done. */
      async function outcomeFor(fixture: Fixture, signer: Signer, args: readonly unknown[]): Promise<string> {
        const called = fixture.contracts[contract].connect(signer) as BaseContract;
        try {
          await called.getFunction(method).staticCall(...args);
          return '';
        } catch (error) {
          const data = revertDataOf(error);
          return (
            (called.interface.parseError(data) ?? fixture.keys.interface.parseError(data))?.name ??
            String(error)
          );
        }
      }

      it(`is for ${documented.join(' and ')}${isOpen ? '' : ', and for nobody else'}`, async () => {
        const fixture = await loadFixture(callersFixture);
        const args = (await CALLS[name]?.(fixture)) ?? [];
        for (const [caller, signer] of Object.entries(fixture.signers)) {
          const isDocumented = documented.includes(caller as Caller);
          if (isOpen && !isDocumented) continue;
          const outcome = await outcomeFor(fixture, signer, args);
          if (!isDocumented) expect(REFUSALS, caller).to.include(outcome);
          // What a key that has no limit is charged is refused; but that is past the question of who calls.
          else expect(outcome, caller).to.equal(name === 'MemberKeys.charge' ? 'KeyLimitExceeded' : '');
        }
        for (const [other, signer] of Object.entries(fixture.others)) {
          const outcome = await outcomeFor(fixture, signer, args);
          if (!isOpen) expect(REFUSALS, other).to.include(outcome);
          else if (!documented.includes('holder of points')) expect(outcome, other).to.equal('');
        }
      });
    });
});
