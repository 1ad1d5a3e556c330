/**
 * Deployment by viem alone, for tests of the backend, the audit and the browser: five transactions, no journal, no Hardhat in the
 * process. It makes the same coalition as the Ignition modules do; real networks and `npm start` use those, by deploy.ts.
 */
import { readFile } from 'node:fs/promises';
import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  type LocalAccount,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { AccessManagerAbi } from '../../artifacts/abi.ts';
import { ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
import type { Deployment, DeployOptions } from './deployment.ts';
import { ROLE_SELECTORS } from './role-selectors.ts';

const POLLING_MS = 50;

/** Deploys a new coalition at every call. The contracts were built before (`hardhat build`). */
export async function deployCoalitionDirectly(options: DeployOptions): Promise<Deployment> {
  const { send, deployer, chainId } = await openDeployer(options);
  const deploy = async (artifact: string, args: readonly unknown[]) => {
    const { contractAddress, blockNumber } = await send({ data: await deployData(artifact, args) });
    if (!contractAddress) throw new Error(`${artifact} was not deployed: the chain made no contract of it`);
    return { address: getAddress(contractAddress), blockNumber };
  };
  const authority = await deploy('@openzeppelin/contracts/access/manager/AccessManager.sol', [deployer]);
  const stablecoin =
    options.stablecoin ?? (await deploy('contracts/demo/DemoDollar.sol', [deployer])).address;
  const backOffice = await deploy('contracts/BackOffice.sol', []);
  const coalition = await deploy('contracts/Coalition.sol', [
    authority.address,
    stablecoin,
    backOffice.address,
  ]);
  await send({ to: authority.address, data: roleCalls(coalition.address, options) });
  return {
    chainId,
    authority: authority.address,
    stablecoin: getAddress(stablecoin),
    coalition: coalition.address,
    deployedAtBlock: Number(coalition.blockNumber),
  };
}

/** The call of the AccessManager that labels the roles, gives them their functions of `coalition`, and grants them. */
function roleCalls(coalition: Address, options: DeployOptions): Hex {
  const holders: Record<RoleName, Address> = {
    GOVERNOR: options.governor,
    ISSUER: options.issuer,
    GUARDIAN: options.guardian,
    RECEIPT_SIGNER: options.receiptSigner,
  };
  const abi = AccessManagerAbi;
  const calls = ROLE_NAMES.flatMap((name) => {
    const [role, selectors] = [ROLES[name], ROLE_SELECTORS[name]];
    const delay = name === 'GOVERNOR' ? (options.governorDelay ?? 0) : 0;
    return [
      encodeFunctionData({ abi, functionName: 'labelRole', args: [role, name] }),
      encodeFunctionData({ abi, functionName: 'setTargetFunctionRole', args: [coalition, selectors, role] }),
      encodeFunctionData({ abi, functionName: 'grantRole', args: [role, holders[name], delay] }),
    ];
  });
  return encodeFunctionData({ abi, functionName: 'multicall', args: [calls] });
}

async function openDeployer({ rpcUrl, deployerKey }: DeployOptions) {
  const transport = http(rpcUrl);
  const reader = createPublicClient({ transport, pollingInterval: POLLING_MS });
  const wallet = createWalletClient({ transport });
  const account: LocalAccount | Address | undefined = deployerKey
    ? privateKeyToAccount(deployerKey)
    : (await wallet.getAddresses())[0];
  if (!account) throw new Error(`${rpcUrl} has no unlocked account: give a deployerKey`);
  const send = async (call: { to?: Address; data: Hex }) => {
    const hash = await wallet.sendTransaction({ ...call, account, chain: null });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`${hash} was reverted by the chain at ${rpcUrl}`);
    return receipt;
  };
  const deployer = typeof account === 'string' ? account : account.address;
  return { send, deployer, chainId: await reader.getChainId() };
}

async function deployData(source: string, args: readonly unknown[]): Promise<Hex> {
  const name = source.slice(source.lastIndexOf('/') + 1, -'.sol'.length);
  const path = new URL(`../../artifacts/${source}/${name}.json`, import.meta.url);
  const artifact: { abi: Abi; bytecode: Hex } = JSON.parse(await readFile(path, 'utf8'));
  return encodeDeployData({ ...artifact, args });
}
