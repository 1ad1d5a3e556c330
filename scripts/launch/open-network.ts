import type { Address, Hex } from 'viem';
import { createPublicClient, http, isAddress } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import {
  isKeystoreSource,
  isKmsSource,
  isPrivateKey,
  type KeySource,
} from '../../backend/keys/key-source.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { CommandFailure } from '../shared/failure.ts';
import { type ChainClient, openChainClient } from './chain-client.ts';
import { ensureCoalition } from './contracts.ts';
import { fundFromDeployer, fundLocally } from './fund-accounts.ts';
import { addressOf, type Keys } from './keys.ts';

/** Where the coalition is, and what speaks for the network there. */
export interface OpenNetwork {
  readonly rpcUrls: string[];
  readonly deployment: Pick<Deployment, 'chainId' | 'coalition' | 'stablecoin' | 'deployedAtBlock'>;
  readonly relayKeys: KeySource[];
  readonly receiptKey: KeySource;
  readonly confirmations: number;
  /** Present when this program deployed the coalition with make-believe money: demo brands may be opened on it. */
  readonly stage?: { chain: ChainClient; deployment: Deployment; keys: Keys };
}

const LOCAL_CONFIRMATIONS = 2;
const REAL_CONFIRMATIONS = 12;

function keyFrom(variable: string, text: string): Hex {
  if (isPrivateKey(text)) return text;
  throw new CommandFailure(`${variable} is not a private key: give 0x and 64 hex digits.`);
}

function sourceFrom(variable: string, text: string): KeySource {
  if (isKeystoreSource(text) || isKmsSource(text)) return text;
  return keyFrom(variable, text);
}

function addressFrom(variable: string): Address | undefined {
  const text = process.env[variable];
  if (!text) return undefined;
  if (!isAddress(text)) throw new CommandFailure(`${variable} is not an address: give 0x and 40 hex digits.`);
  return text;
}

function numberFrom(variable: string, usual: number): number {
  const number = Number(process.env[variable] ?? usual);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandFailure(`${variable} is "${process.env[variable]}": give a whole number.`);
}

/** The coalition on the chain that this program runs itself, deployed at the first start. */
export async function openLocalNetwork(data: string, url: string, keys: Keys): Promise<OpenNetwork> {
  const chain = await openChainClient(url);
  await fundLocally(chain, [keys.deployer, keys.governor, keys.issuer, keys.relay].map(addressOf));
  const deployment = await ensureCoalition(data, { chain, keys });
  return {
    rpcUrls: [url],
    deployment,
    relayKeys: [keys.issuer, keys.relay],
    receiptKey: keys.receiptSigner,
    confirmations: LOCAL_CONFIRMATIONS,
    stage: { chain, deployment, keys },
  };
}

/** A coalition that somebody has deployed. @throws CommandFailure when a key is missing, or when the address is no coalition. */
async function openExisting(rpcUrls: string[], chainId: number, coalition: Address): Promise<OpenNetwork> {
  const { RELAY_KEYS, RECEIPT_KEY } = process.env;
  if (!RELAY_KEYS || !RECEIPT_KEY)
    throw new CommandFailure('With COALITION give RELAY_KEYS (the first an issuer’s) and RECEIPT_KEY too.');
  const reader = createPublicClient({ transport: http(rpcUrls[0]) });
  const stablecoin = await reader
    .readContract({ address: coalition, abi: CoalitionAbi, functionName: 'stablecoin' })
    .catch(() => {
      throw new CommandFailure(
        `There is no coalition at ${coalition} on chain ${chainId}: check COALITION and RPC_URL.`,
      );
    });
  return {
    rpcUrls,
    deployment: { chainId, coalition, stablecoin, deployedAtBlock: numberFrom('DEPLOYED_AT_BLOCK', 0) },
    relayKeys: RELAY_KEYS.split(',').map((key) => sourceFrom('RELAY_KEYS', key.trim())),
    receiptKey: sourceFrom('RECEIPT_KEY', RECEIPT_KEY),
    confirmations: numberFrom('CONFIRMATIONS', REAL_CONFIRMATIONS),
  };
}

/** The coalition on somebody's own chain: the one that COALITION names, or one that DEPLOYER_KEY deploys. */
export async function openOwnNetwork(data: string, rpcUrls: string[], kept: Keys): Promise<OpenNetwork> {
  const chain = await openChainClient(rpcUrls[0] ?? '');
  const coalition = addressFrom('COALITION');
  if (coalition) return openExisting(rpcUrls, chain.chainId, coalition);
  const { DEPLOYER_KEY } = process.env;
  if (!DEPLOYER_KEY)
    throw new CommandFailure(
      'RPC_URL is your own chain: give COALITION, the address of a coalition there, or DEPLOYER_KEY, the key of an account that pays for a new one.',
    );
  const keys = { ...kept, deployer: keyFrom('DEPLOYER_KEY', DEPLOYER_KEY) };
  const stablecoin = addressFrom('STABLECOIN');
  await fundFromDeployer(chain, keys.deployer, [keys.governor, keys.issuer, keys.relay].map(addressOf));
  const money = stablecoin && { stablecoin, admin: addressFrom('ADMIN') ?? addressOf(keys.governor) };
  const deployment = await ensureCoalition(data, { chain, keys, money });
  return {
    rpcUrls,
    deployment,
    relayKeys: [keys.issuer, keys.relay],
    receiptKey: keys.receiptSigner,
    confirmations: numberFrom('CONFIRMATIONS', REAL_CONFIRMATIONS),
    ...(!stablecoin && { stage: { chain, deployment, keys } }),
  };
}
