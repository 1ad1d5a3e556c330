import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from 'viem';
import { isAddress } from 'viem';
import { z } from 'zod';
import type { Deployment } from '../deploy/deployment.ts';
import { ROOT } from '../shared/run-tool.ts';
import type { ChainClient } from './chain-client.ts';
import { readKept, writeKept } from './kept-file.ts';
import { addressOf, type Keys } from './keys.ts';

const address = z.custom<Address>((value) => typeof value === 'string' && isAddress(value));

const recordSchema = z.object({
  chainId: z.int(),
  /** Hash of block 0: a development chain that begins anew has the same chain id. */
  genesis: z.string(),
  authority: address,
  stablecoin: address,
  coalition: address,
  deployedAtBlock: z.int(),
});

/** The coalition that a data folder knows of, if it is on this very chain and has code there. */
async function recordedDeployment(
  file: string,
  chain: ChainClient,
  genesis: string,
): Promise<Deployment | undefined> {
  const record = readKept(file, recordSchema);
  if (!record || record.chainId !== chain.chainId || record.genesis !== genesis) return undefined;
  const code = await chain.reader.getCode({ address: record.coalition });
  return code && code !== '0x' ? record : undefined;
}

/** A network's own stablecoin, and who administers the roles there: not the deployer. */
interface OwnMoney {
  readonly stablecoin: Address;
  readonly admin: Address;
}

async function deploy(
  chain: ChainClient,
  { keys, money, genesis }: { keys: Keys; money: OwnMoney | undefined; genesis: string },
): Promise<Deployment> {
  // Hardhat takes a second to load, and only a first start needs it.
  const { deployCoalition } = await import('../deploy/deploy.ts');
  const options = {
    rpcUrl: chain.url,
    deployerKey: keys.deployer,
    governor: addressOf(keys.governor),
    issuer: addressOf(keys.issuer),
    guardian: addressOf(keys.guardian),
    receiptSigner: addressOf(keys.receiptSigner),
    ...money,
  };
  const deployment = await deployCoalition(options);
  const code = await chain.reader.getCode({ address: deployment.coalition });
  if (code && code !== '0x') return deployment;
  // The node was killed before it had written the deployment down: the journal names addresses that are not there any more.
  const journal = `chain-${chain.chainId}-${genesis.slice(2, 10)}`;
  rmSync(join(ROOT, 'scripts', 'ignition', 'deployments', journal), { recursive: true, force: true });
  return deployCoalition(options);
}

/** The coalition on this chain, deployed at the first start; `money` is what to use instead of a worthless one. */
export async function ensureCoalition(
  data: string,
  { chain, keys, money }: { chain: ChainClient; keys: Keys; money?: OwnMoney | undefined },
): Promise<Deployment & { isNew: boolean }> {
  const file = join(data, 'deployment.json');
  const { hash: genesis } = await chain.reader.getBlock({ blockNumber: 0n });
  const known = await recordedDeployment(file, chain, genesis);
  if (known) return { ...known, isNew: false };
  const deployment = await deploy(chain, { keys, money, genesis });
  writeKept(file, { ...deployment, genesis });
  return { ...deployment, isNew: true };
}
