/**
 * Deployment by Hardhat Ignition, for real networks and `npm start`: it keeps a journal, so a deployment that was interrupted goes on
 * where it stopped, and one that is complete is found again. It loads Hardhat, about a second. Tests that want a coalition on a
 * chain that dies with them use deploy-directly.ts, which makes the same one.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { config, network } from 'hardhat';
import { type Address, getAddress } from 'viem';
import { z } from 'zod';
import Tessera from '../ignition/modules/Tessera.ts';
import TesseraDemo from '../ignition/modules/TesseraDemo.ts';
import { CommandFailure } from '../shared/failure.ts';
import type { Deployment, DeployOptions } from './deployment.ts';

const POLLING_MS = 200;

/** How Ignition is to go about it. */
export interface JournalOptions {
  /** Whether the journal outlives the call; true unless given. Without it a second call deploys a second coalition. */
  readonly keepJournal?: boolean;
  /** Blocks, its own included, before a transaction counts; 1 unless given, more on chains that reorganise. */
  readonly confirmations?: number;
  /** Whether the steps are shown on the terminal; false unless given. */
  readonly displayUi?: boolean;
}

/**
 * Deploys the coalition on the chain at `rpcUrl`, or finds the one that the journal of that chain names.
 *
 * @throws HardhatError in Ignition's words when a transaction is refused, or when the options differ from the journal's.
 */
export async function deployCoalition(
  { rpcUrl, deployerKey, ...options }: DeployOptions,
  { keepJournal = true, confirmations = 1, displayUi = false }: JournalOptions = {},
): Promise<Deployment> {
  const connection = await network.create({
    network: 'chain',
    override: { url: rpcUrl, ...(deployerKey && { accounts: [deployerKey] }) },
  });
  try {
    const { provider } = connection.ethers;
    const [{ chainId }, genesis] = await Promise.all([provider.getNetwork(), provider.getBlock(0)]);
    // A development chain that starts afresh has the same chain id but another genesis block.
    const deploymentId = `chain-${chainId}-${genesis?.hash?.slice(2, 10)}`;
    const settings = {
      deploymentId,
      displayUi,
      config: { requiredConfirmations: confirmations, blockPollingInterval: POLLING_MS },
    };
    const deployed = await runModule(connection.ignition, options, settings);
    const folder = join(config.paths.ignition, 'deployments', deploymentId);
    const deployedAtBlock = await journalledBlock(folder, deployed.coalition);
    if (!keepJournal) await rm(folder, { recursive: true });
    return { chainId: Number(chainId), ...deployed, deployedAtBlock };
  } finally {
    await connection.close();
  }
}

type Ignition = Awaited<ReturnType<typeof network.create>>['ignition'];
type Settings = Omit<NonNullable<Parameters<Ignition['deploy']>[1]>, 'parameters'>;

/**
 * Runs the module that fits: with the network's own stablecoin and an admin who isn't the deployer, or with a DemoDollar.
 *
 * @throws CommandFailure when one of the two is given without the other.
 */
export async function runModule(
  ignition: Ignition,
  { stablecoin, admin, adminDelay, ...shared }: Omit<DeployOptions, 'rpcUrl' | 'deployerKey'>,
  settings: Settings = {},
): Promise<Omit<Deployment, 'chainId' | 'deployedAtBlock'>> {
  const addressOf = async (contract: { getAddress(): Promise<string> }): Promise<Address> =>
    getAddress(await contract.getAddress());
  if (stablecoin && admin) {
    const parameters = { ...shared, stablecoin, admin, ...(adminDelay && { adminDelay }) };
    const { authority, coalition } = await ignition.deploy(Tessera, {
      ...settings,
      parameters: { Tessera: parameters },
    });
    return {
      authority: await addressOf(authority),
      stablecoin: getAddress(stablecoin),
      coalition: await addressOf(coalition),
    };
  }
  if (stablecoin || admin || adminDelay)
    throw new CommandFailure(
      'A network with its own stablecoin needs an admin of its own too: name both, or none.',
    );
  const parameters = shared;
  const demo = await ignition.deploy(TesseraDemo, { ...settings, parameters: { TesseraDemo: parameters } });
  return {
    authority: await addressOf(demo.authority),
    stablecoin: await addressOf(demo.stablecoin),
    coalition: await addressOf(demo.coalition),
  };
}

const confirmedDeployment = z.object({
  type: z.literal('TRANSACTION_CONFIRM'),
  receipt: z.object({ contractAddress: z.string(), blockNumber: z.int() }),
});

/** The block in which `contract` was deployed, from Ignition's journal: one JSON object a line. */
async function journalledBlock(folder: string, contract: Address): Promise<number> {
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8');
  for (const line of journal.split('\n').filter(Boolean)) {
    const entry = confirmedDeployment.safeParse(JSON.parse(line));
    if (entry.success && getAddress(entry.data.receipt.contractAddress) === contract)
      return entry.data.receipt.blockNumber;
  }
  throw new Error(`${folder} names no deployment of ${contract}: remove the folder to deploy anew`);
}
