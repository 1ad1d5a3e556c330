/** Measures the coalition with everything in place: roles, halts, coverage, several brands. */
import { concat, solidityPacked, ZeroHash } from 'ethers';
import type { Address, Hex } from 'viem';
import { ACT_KINDS, type Act, type Network } from '../../../backend/protocol/acts.ts';
import { packAct } from '../../../backend/protocol/compact-acts.ts';
import { ROLE_NAMES, ROLES } from '../../../backend/protocol/roles.ts';
import { anAct } from '../../../test/helpers/acts.ts';
import { deviceMember, eoaMember, type Member, passkeyMember } from '../../../test/helpers/members.ts';
import { deployHub } from '../../deploy/hub-contract.ts';
import { ROLE_SELECTORS } from '../../deploy/role-selectors.ts';
import type { Measured } from './budgets.ts';
import type { BenchChain } from './chain.ts';

const [ISSUER, ACCEPTOR, THIRD] = [1, 2, 3];
const CHARITY = 1;
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
  await dollar.mint(operator, 10n ** 14n);
  await dollar.approve(hub, 10n ** 14n);
  for (const partner of [ISSUER, ACCEPTOR, THIRD]) {
    await hub.deposit(partner, 10n ** 13n);
    await hub.connect(brand).setMintAllowance(partner, 10n ** 9n, 86_400n);
  }
  // Nobody's first point at a brand is measured where an act yields points there.
  const { chainId } = await ethers.provider.getNetwork();
  const network: Network = { chainId: Number(chainId), coalition: (await hub.getAddress()) as Address };
  let batches = 0;
  const issue = (partner: number, accounts: readonly string[]) => {
    batches += partner === ISSUER ? 1 : 0;
    const mints = accounts.map((account) => solidityPacked(['address', 'uint96'], [account, 1_000n]));
    return hub.issue([{ partner, number: partner === ISSUER ? batches : 1, receiptsRoot: ZeroHash, mints }]);
  };
  return { hub, network, issue, brandCreated };
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
