/**
 * A coalition deployed as in production, by the Ignition module, with everybody who has a part in it. `deployCoalition` is the empty
 * hub; `openCoalition` has three brands with money and a charity. Give both to `loadFixture`.
 */
import { type AddressLike, type BigNumberish, solidityPacked } from 'ethers';
import { type Address, getAddress } from 'viem';
import type { Network } from '../../backend/protocol/acts.ts';
import { runModule } from '../../scripts/deploy/deploy.ts';
import { hubAt } from '../../scripts/deploy/hub-contract.ts';
import { ethers, ignition, networkHelpers } from './chain.ts';

/** One US dollar in µUSD. */
export const USD = 1_000_000n;

/** What a brand joins with, as the hub takes it. */
export interface Terms {
  name: string;
  symbol: string;
  admin: AddressLike;
  quartersPerEpoch: bigint;
  validity: bigint;
  transferable: boolean;
  value: bigint;
  coverageBps: bigint;
  fundBps: bigint;
  charityBps: bigint;
  breakageCharity: bigint;
}

/** The people, each an account of the chain. Members are none: they need no gas. */
async function actors() {
  const names = [
    'deployer',
    'governor',
    'issuer',
    'guardian',
    'receiptSigner',
    'auroraAdmin',
    'bistroAdmin',
    'cinemaAdmin',
    'relay',
    'stranger',
    'woodland',
    'seaRescue',
  ] as const;
  const signers = await ethers.getSigners();
  type Signer = Awaited<ReturnType<typeof ethers.getSigners>>[number];
  return Object.fromEntries(names.map((name, index) => [name, signers[index]])) as Record<
    (typeof names)[number],
    Signer
  >;
}

/** The hub with its authority and stablecoin, no brand yet. */
export async function deployCoalition() {
  const people = await actors();
  const { governor, issuer, guardian, receiptSigner } = people;
  const deployed = await runModule(ignition, {
    governor: getAddress(governor.address),
    issuer: getAddress(issuer.address),
    guardian: getAddress(guardian.address),
    receiptSigner: getAddress(receiptSigner.address),
  });
  const hub = await hubAt(ethers, deployed.coalition);
  const dollar = await ethers.getContractAt('DemoDollar', deployed.stablecoin);
  const authority = await ethers.getContractAt('AccessManager', deployed.authority);
  const { chainId } = await ethers.provider.getNetwork();
  const network: Network = { chainId: Number(chainId), coalition: deployed.coalition };

  const tokenOf = async (partner: BigNumberish) =>
    ethers.getContractAt('PointsToken', (await hub.partnerReport(partner)).token);
  /** Puts `amount` µUSD of the deployer's own into a brand's reserve. */
  const deposit = async (partner: BigNumberish, amount: bigint) => {
    await dollar.mint(people.deployer, amount);
    await dollar.approve(hub, amount);
    return hub.deposit(partner, amount);
  };
  /** Mints the brand's next batch. */
  const issue = async (partner: number, ...mints: [member: string, points: bigint][]) =>
    hub.connect(issuer).issue([await nextBatch(partner, ...mints)]);
  const nextBatch = async (partner: number, ...mints: [member: string, points: bigint][]) => ({
    partner,
    number: (await hub.partnerReport(partner)).lastBatch + 1n,
    receiptsRoot: ethers.id('receipts'),
    mints: mints.map(([member, points]) => mintOf(member, points)),
  });
  return { ...people, hub, dollar, authority, network, tokenOf, deposit, issue, nextBatch };
}

/** Where the stablecoin of a coalition is, µUSD: what the hub holds, and whose it is. */
export async function potsOf(hub: Awaited<ReturnType<typeof hubAt>>) {
  const { held, reserves, matchBudgets, charitiesPayable, treasury, membersFund } = await hub.solvency();
  return { held, reserves, matchBudgets, charitiesPayable, treasury, membersFund };
}

/** Pots that are empty, for comparison with `potsOf`. */
export const EMPTY_POTS = { matchBudgets: 0n, charitiesPayable: 0n, treasury: 0n, membersFund: 0n } as const;

/** One member's points in a batch, 32 bytes. */
export const mintOf = (member: string, points: bigint): string =>
  solidityPacked(['address', 'uint96'], [member, points]);

/** What the issuer role may mint for each brand of `openCoalition`: all that a brand can have, again every second. */
export const MINT_CAPACITY = 2n ** 48n - 1n;
export const MINT_WINDOW = 1n;

/** Numbers of the brands and the charity of `openCoalition`. */
export const AURORA = 1;
export const BISTRO = 2;
export const CINEMA = 3;
export const WOODLAND = 1;

/** Breakage stays with the brand. */
export const NO_SHARES = { fundBps: 0n, charityBps: 0n, breakageCharity: 0n } as const;

/** The terms of the three brands: every epoch length, a short, a middle and a long validity, values that do not divide each other. */
export const termsOf = (admin: AddressLike, brand: 'aurora' | 'bistro' | 'cinema'): Terms =>
  ({
    aurora: {
      name: 'Aurora Points',
      symbol: 'AUR',
      admin,
      quartersPerEpoch: 1n,
      validity: 4n,
      transferable: false,
      value: 10_000n,
      coverageBps: 10_000n,
      ...NO_SHARES,
    },
    bistro: {
      name: 'Bistro Crumbs',
      symbol: 'BIS',
      admin,
      quartersPerEpoch: 2n,
      validity: 2n,
      transferable: true,
      value: 3_000n,
      coverageBps: 5_000n,
      ...NO_SHARES,
    },
    cinema: {
      name: 'Cinema Tickets',
      symbol: 'CIN',
      admin,
      quartersPerEpoch: 4n,
      validity: 1n,
      transferable: true,
      value: 70_001n,
      coverageBps: 20_000n,
      ...NO_SHARES,
    },
  })[brand];

/** Aurora, Bistro and Cinema, each with 1,000 dollars in reserve, and the charity Woodland. */
export async function openCoalition() {
  const coalition = await deployCoalition();
  const { hub, governor, auroraAdmin, bistroAdmin, cinemaAdmin, woodland, deposit, tokenOf } = coalition;
  const asGovernor = hub.connect(governor);
  await asGovernor.addPartner(termsOf(auroraAdmin.address, 'aurora'));
  await asGovernor.addPartner(termsOf(bistroAdmin.address, 'bistro'));
  await asGovernor.addPartner(termsOf(cinemaAdmin.address, 'cinema'));
  await asGovernor.addCharity('Woodland Trust', woodland);
  const admins = { [AURORA]: auroraAdmin, [BISTRO]: bistroAdmin, [CINEMA]: cinemaAdmin };
  for (const [partner, admin] of Object.entries(admins))
    await hub.connect(admin).setMintAllowance(partner, MINT_CAPACITY, MINT_WINDOW);
  for (const partner of [AURORA, BISTRO, CINEMA]) await deposit(partner, 1_000n * USD);
  const [aurora, bistro, cinema] = [await tokenOf(AURORA), await tokenOf(BISTRO), await tokenOf(CINEMA)];
  return { ...coalition, aurora, bistro, cinema };
}

/** The fixture's type, for helpers of a test file. */
export type OpenCoalition = Awaited<ReturnType<typeof openCoalition>>;

/** A token as the hub calls it, for what the hub itself never sends. */
export async function asHub(token: OpenCoalition['aurora']) {
  const hub = await token.coalition();
  await networkHelpers.impersonateAccount(hub);
  await networkHelpers.setBalance(hub, 10n ** 18n);
  return token.connect(await ethers.getSigner(hub));
}

/** An address that nobody has the key of. */
export const NOBODY: Address = '0x00000000000000000000000000000000DeaDBeef';
