/** Measures the coalition with everything in place: roles, halts, coverage, several brands. */
import { concat, Signature, solidityPacked, ZeroHash } from 'ethers';
import type { Address, Hex } from 'viem';
import { ACT_KINDS, type Act, domainOf, type Network } from '../../../backend/protocol/acts.ts';
import { packAct } from '../../../backend/protocol/compact-acts.ts';
import { ROLE_NAMES, ROLES } from '../../../backend/protocol/roles.ts';
import { anAct } from '../../../test/helpers/acts.ts';
import {
  deviceMember,
  type EoaMember,
  eoaMember,
  type Member,
  passkeyMember,
} from '../../../test/helpers/members.ts';
import { deployHub } from '../../deploy/hub-contract.ts';
import { ROLE_SELECTORS } from '../../deploy/role-selectors.ts';
import type { Measured } from './budgets.ts';
import type { BenchChain } from './chain.ts';

const [ISSUER, ACCEPTOR, THIRD, GIVEABLE] = [1, 2, 3, 4];
const CHARITY = 1;
/** IActs.ActKind.Gift. */
const GIFT_KIND = 3;
const DEADLINE = Date.UTC(2030, 0, 1) / 1000;
const LARGEST = 500;

/** All rows of the coalition itself. */
export async function measureCoalition(chain: BenchChain): Promise<Partial<Measured>> {
  const coalition = await openCoalition(chain);
  const members = Array.from({ length: LARGEST }, (_, index) => eoaMember(`of the bench ${index}`));
  const earning = await measureEarning(chain, coalition, members);
  return {
    'brand.create': coalition.brandCreated,
    ...earning,
    ...(await measureActs(chain, coalition, members)),
    ...(await measureKeys(chain, coalition)),
    'earn.own.1': await measureOwnIssuance(chain, coalition, members),
    'refund.1': await measureRefund(chain, coalition, members),
    'act.gift.compact.50': await measureGifts(chain, coalition, members),
  };
}

type BenchCoalition = Awaited<ReturnType<typeof openCoalition>>;

async function openCoalition({ ethers, operator, brand, gasOf }: BenchChain) {
  const authority = await ethers.deployContract('AccessManager', [operator]);
  const dollar = await ethers.deployContract('DemoDollar', [operator]);
  const hub = await deployHub(ethers, { authority, stablecoin: dollar });
  for (const name of ROLE_NAMES) {
    await authority.setTargetFunctionRole(hub, [...ROLE_SELECTORS[name]], ROLES[name]);
    await authority.grantRole(ROLES[name], operator, 0);
  }
  const termsOf = (name: string) => ({
    name,
    symbol: name.slice(0, 3),
    admin: brand.address,
    quartersPerEpoch: 1,
    validity: 4,
    transferable: false,
    value: 10_000,
    coverageBps: 10_000,
    fundBps: 2_000,
    charityBps: 1_000,
    breakageCharity: 1,
  });
  await hub.addCharity('Woodland Trust', brand);
  await hub.addPartner(termsOf('Aurora Coffee'));
  const brandCreated = await gasOf(hub.addPartner(termsOf('Bistro Roma')));
  await hub.addPartner(termsOf('Cinema Odeon'));
  await hub.addPartner({ ...termsOf('Delta Games'), transferable: true });
  await dollar.mint(operator, 10n ** 14n);
  await dollar.approve(hub, 10n ** 14n);
  for (const partner of [ISSUER, ACCEPTOR, THIRD, GIVEABLE]) {
    await hub.deposit(partner, 10n ** 13n);
    await hub.connect(brand).setMintAllowance(partner, 10n ** 9n, 86_400n);
  }
  // Nobody's first point at a brand is measured where an act yields points there.
  const { chainId } = await ethers.provider.getNetwork();
  const network: Network = { chainId: Number(chainId), coalition: (await hub.getAddress()) as Address };
  const batches = new Map<number, number>();
  const issue = (partner: number, accounts: readonly string[]) => {
    return hub.issue([batchOf(partner, accounts)]);
  };
  const batchOf = (partner: number, accounts: readonly string[]) => {
    const number = (batches.get(partner) ?? 0) + 1;
    batches.set(partner, number);
    const mints = accounts.map((account) => solidityPacked(['address', 'uint96'], [account, 1_000n]));
    return { partner, number, receiptsRoot: ZeroHash, mints };
  };
  return { hub, network, issue, batchOf, brandCreated };
}

async function measureEarning(
  { gasOf }: BenchChain,
  { issue }: BenchCoalition,
  members: readonly Member[],
): Promise<Partial<Measured>> {
  const earn = (count: number) =>
    gasOf(
      issue(
        ISSUER,
        members.slice(0, count).map(({ account }) => account),
      ),
      count,
    );
  return {
    'earn.new.500': await earn(500),
    'earn.existing.1': await earn(1),
    'earn.existing.100': await earn(100),
    'earn.existing.500': await earn(500),
  };
}

async function measureActs(
  chain: BenchChain,
  coalition: BenchCoalition,
  members: readonly Member[],
): Promise<Partial<Measured>> {
  const { gasOf, relay } = chain;
  const { hub, issue } = coalition;
  const spend = spender(coalition);
  const compact = async (count: number, fields: (index: number) => Partial<Act> = () => ({})) => {
    const acts = await Promise.all(
      members.slice(0, count).map((member, index) => spend(member, fields(index))),
    );
    const bytes = concat(acts.map((one) => packAct(one) ?? '0x'));
    return gasOf(hub.connect(relay).executeCompactBatch(ISSUER, bytes), count);
  };
  await compact(1); // whatever a hub writes once in its life
  await issue(
    THIRD,
    members.slice(0, 50).map(({ account }) => account),
  );
  return {
    'act.crossbrand.compact.1': await compact(1),
    'act.crossbrand.compact.10': await compact(10),
    'act.crossbrand.compact.50': await compact(50),
    'act.crossbrand.compact.200': await compact(200),
    'act.crossbrand.abi.50': await abiBatch(
      chain,
      coalition,
      await Promise.all(members.slice(0, 50).map((member) => spend(member))),
    ),
    'act.mixed.compact.50': await compact(50, (index) => ({ counterparty: index % 2 ? ACCEPTOR : THIRD })),
    'act.ownbrand.compact.50': await compact(50, () => ({ counterparty: ISSUER })),
    'act.donation.compact.50': await compact(50, () => ({ kind: 'donation', counterparty: CHARITY })),
    'act.exchange.compact.50': await compact(50, () => ({
      kind: 'exchange',
      counterparty: THIRD,
      minimum: 5n,
    })),
  };
}

async function measureKeys(chain: BenchChain, coalition: BenchCoalition): Promise<Partial<Measured>> {
  const spend = spender(coalition);
  const passkeys = Array.from({ length: 50 }, passkeyMember);
  const devices = await Promise.all(Array.from({ length: 50 }, deviceMember));
  await coalition.issue(
    ISSUER,
    [...passkeys, ...devices].map(({ account }) => account),
  );
  const [alone] = passkeys;
  if (!alone) throw new TypeError('there are no passkeys');
  const { act, signature } = await spend(alone);
  const { hub } = coalition;
  const batchOf = async (members: readonly Member[]) =>
    abiBatch(chain, coalition, await Promise.all(members.map((member) => spend(member))));
  return {
    'act.passkey.1': await chain.gasOf(hub.connect(chain.relay).execute(toStruct(act), signature)),
    'act.passkey.50': await batchOf(passkeys),
    'act.device.50': await batchOf(devices),
  };
}

/** The brand issues by itself, which asks no AccessManager. */
async function measureOwnIssuance(
  { brand, gasOf }: BenchChain,
  { hub, batchOf }: BenchCoalition,
  members: readonly Member[],
): Promise<number> {
  const owned = hub.connect(brand);
  await owned.setIssuingKey(ISSUER, brand);
  const accounts = members.slice(0, 1).map(({ account }) => account);
  return gasOf(owned.issueAsPartner(batchOf(ISSUER, accounts)));
}

/** The acceptor takes back what a member redeemed there: its own key, another brand's points, the first refund of its id. */
async function measureRefund(
  { ethers, brand, gasOf }: BenchChain,
  { hub }: BenchCoalition,
  [member]: readonly Member[],
): Promise<number> {
  const { token } = await hub.partnerReport(ISSUER);
  const epoch = await (await ethers.getContractAt('PointsToken', token)).currentEpoch();
  return gasOf(
    hub.connect(brand).refund({
      acceptor: ACCEPTOR,
      issuer: ISSUER,
      member: member?.account ?? ZeroHash,
      nonce: 1,
      id: ZeroHash,
      buckets: (epoch << 192n) | (5n << 144n),
    }),
  );
}

const GIFT_TYPES = {
  Gift: [
    { name: 'member', type: 'address' },
    { name: 'issuer', type: 'uint32' },
    { name: 'recipient', type: 'address' },
    { name: 'amount', type: 'uint48' },
    { name: 'nonce', type: 'uint32' },
    { name: 'deadline', type: 'uint48' },
  ],
};

/** Every member gives points to the next one, where the brand allows it. */
async function measureGifts(
  { relay, gasOf }: BenchChain,
  { hub, network, issue }: BenchCoalition,
  members: readonly EoaMember[],
): Promise<number> {
  const givers = members.slice(0, 50);
  const accounts = givers.map(({ account }) => account);
  await issue(GIVEABLE, accounts);
  const gifts = await Promise.all(
    givers.map(async ({ account, wallet }, index) => {
      const recipient = accounts[(index + 1) % accounts.length] ?? account;
      const gift = { member: account, issuer: GIVEABLE, recipient, amount: 5n, nonce: 0, deadline: DEADLINE };
      const signature = await wallet.signTypedData(domainOf(network), GIFT_TYPES, gift);
      return solidityPacked(
        ['uint8', 'uint32', 'address', 'uint48', 'uint48', 'uint256', 'uint32', 'uint40', 'bytes'],
        [GIFT_KIND, 0, account, 5n, 0, recipient, 0, DEADLINE, Signature.from(signature).compactSerialized],
      );
    }),
  );
  return gasOf(hub.connect(relay).executeCompactBatch(GIVEABLE, concat(gifts)), gifts.length);
}

/** Signs redemptions of five points at another brand, each member's next. */
function spender({ network }: BenchCoalition) {
  const used = new Map<string, number>();
  return async (member: Member, fields: Partial<Act> = {}): Promise<{ act: Act; signature: Hex }> => {
    const nonce = used.get(member.account) ?? 0;
    used.set(member.account, nonce + 1);
    const act = anAct({
      kind: 'redemption',
      member: member.account,
      issuer: ISSUER,
      counterparty: ACCEPTOR,
      amount: 5n,
      minimum: 50_000n,
      deadline: DEADLINE,
      nonce,
      ...fields,
    });
    return { act, signature: await member.sign(act, network) };
  };
}

const abiBatch = (
  { gasOf, relay }: BenchChain,
  { hub }: BenchCoalition,
  batch: readonly { act: Act; signature: Hex }[],
) =>
  gasOf(
    hub.connect(relay).executeBatch(
      batch.map(({ act }) => toStruct(act)),
      batch.map(({ signature }) => signature),
    ),
    batch.length,
  );

const toStruct = (act: Act) => ({ ...act, kind: ACT_KINDS.indexOf(act.kind) });
