import { encodeFunctionData, erc20Abi } from 'viem';
import { CoalitionAbi, DemoDollarAbi } from '../../artifacts/abi.ts';
import type { Deployment } from '../deploy/deployment.ts';
import type { Call, ChainClient } from '../launch/chain-client.ts';
import { addressOf, type Keys } from '../launch/keys.ts';
import { DEMO_BRANDS, type DemoBrand } from './brands.ts';
import { DEMO_CHARITIES } from './charities.ts';
import { type DemoRecord, keepDemo } from './demo-record.ts';

/** What the issuer may mint for each brand, in points a day: enough for a replay of tens of thousands of purchases. */
const MINT_CAPACITY = 100_000_000;
const DAY_SECONDS = 86_400;

interface Stage {
  readonly data: string;
  readonly chain: ChainClient;
  readonly deployment: Deployment;
  readonly keys: Keys;
}

const addPartner = (brand: DemoBrand, admin: `0x${string}`) =>
  encodeFunctionData({
    abi: CoalitionAbi,
    functionName: 'addPartner',
    args: [
      {
        name: brand.name,
        symbol: brand.symbol,
        admin,
        quartersPerEpoch: brand.quartersPerEpoch,
        validity: brand.validity,
        transferable: brand.transferable,
        value: Number(brand.value),
        coverageBps: brand.coverageBps,
        fundBps: brand.fundBps,
        charityBps: brand.charityBps,
        breakageCharity: brand.breakageCharity,
      },
    ],
  });

const addCharity = (name: string, payout: `0x${string}`) =>
  encodeFunctionData({ abi: CoalitionAbi, functionName: 'addCharity', args: [name, payout] });

/** Admits those brands and charities that the hub does not have yet; their order gives them their numbers. */
async function admit({ chain, deployment, keys }: Stage, record: DemoRecord): Promise<void> {
  const hub = { address: deployment.coalition, abi: CoalitionAbi } as const;
  const partners = await chain.reader.readContract({ ...hub, functionName: 'partnerCount' });
  const charities = await chain.reader.readContract({ ...hub, functionName: 'charityCount' });
  // One admin for all: the deployer, whose key the demo's owner has.
  const admin = addressOf(keys.deployer);
  const calls: Call[] = [
    ...DEMO_CHARITIES.flatMap(({ name }, index) => {
      const payout = record.charityPayouts[index];
      return payout && index >= charities ? [addCharity(name, payout)] : [];
    }),
    // After the charities, which have shares of brands' breakage.
    ...DEMO_BRANDS.slice(partners).map((brand) => addPartner(brand, admin)),
  ].map((data) => ({ to: deployment.coalition, data }));
  if (calls.length > 0) await chain.sendAll(keys.governor, calls);
}

const readReports = ({ chain, deployment }: Stage) =>
  chain.reader.readContract({
    address: deployment.coalition,
    abi: CoalitionAbi,
    functionName: 'partnerReports',
  });

/** Lets the issuer mint for each brand that has not allowed it yet. */
async function allow(stage: Stage): Promise<void> {
  const reports = await readReports(stage);
  const calls = reports
    .filter(({ mintCapacity }) => mintCapacity === 0)
    .map(({ partner }) => ({
      to: stage.deployment.coalition,
      data: encodeFunctionData({
        abi: CoalitionAbi,
        functionName: 'setMintAllowance',
        args: [partner, MINT_CAPACITY, DAY_SECONDS],
      }),
    }));
  if (calls.length > 0) await stage.chain.sendAll(stage.keys.deployer, calls);
}

/** Puts each brand's money into its reserve, where it has none yet. */
async function deposit(stage: Stage): Promise<void> {
  const { chain, deployment, keys } = stage;
  const { coalition, stablecoin } = deployment;
  const reports = await readReports(stage);
  const due = DEMO_BRANDS.flatMap((brand, index) =>
    reports[index]?.reserve === 0n ? [{ partner: index + 1, amount: brand.deposit }] : [],
  );
  if (due.length === 0) return;
  const total = due.reduce((sum, { amount }) => sum + amount, 0n);
  const owner = addressOf(keys.deployer);
  await chain.sendAll(keys.deployer, [
    {
      to: stablecoin,
      data: encodeFunctionData({ abi: DemoDollarAbi, functionName: 'mint', args: [owner, total] }),
    },
    {
      to: stablecoin,
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [coalition, total] }),
    },
    ...due.map(({ partner, amount }) => ({
      to: coalition,
      data: encodeFunctionData({ abi: CoalitionAbi, functionName: 'deposit', args: [partner, amount] }),
    })),
  ]);
}

/** Brings the demo's brands, money and charities onto the chain, once; a kill in the middle is made good by the next start. */
export async function openBrands(stage: Stage, record: DemoRecord): Promise<DemoRecord> {
  if (record.isOpened) return record;
  await admit(stage, record);
  await allow(stage);
  await deposit(stage);
  const opened = { ...record, isOpened: true };
  keepDemo(stage.data, opened);
  return opened;
}
