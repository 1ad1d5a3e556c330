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
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
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
  await send({ to: authority.address, data: roleCalls({ coalition: coalition.address, deployer }, options) });
  return {
    chainId,
    authority: authority.address,
    stablecoin: getAddress(stablecoin),
    coalition: coalition.address,
    deployedAtBlock: Number(coalition.blockNumber),
  };
}

/** The call of the AccessManager that labels the roles, gives them their functions of `coalition`, grants them, and hands over. */
function roleCalls(
  { coalition, deployer }: { coalition: Address; deployer: Address },
  options: DeployOptions,
): Hex {
  const { governorDelay = 0, grantDelay = 0, targetAdminDelay = 0, admin, adminDelay = 0 } = options;
  const holders: Record<RoleName, Address> = {
    GOVERNOR: options.governor,
    ISSUER: options.issuer,
    GUARDIAN: options.guardian,
    RECEIPT_SIGNER: options.receiptSigner,
  };
  const call = (functionName: string, ...args: unknown[]) =>
    encodeFunctionData({ abi: AccessManagerAbi as Abi, functionName, args });
  const calls = [
    ...ROLE_NAMES.flatMap((name) => {
      const role = ROLES[name];
      return [
        call('labelRole', role, name),
        call('setTargetFunctionRole', coalition, ROLE_SELECTORS[name], role),
        call('grantRole', role, holders[name], name === 'GOVERNOR' ? governorDelay : 0),
        call('setGrantDelay', role, grantDelay),
      ];
    }),
    call('setRoleGuardian', ROLES.GOVERNOR, ROLES.GUARDIAN),
    call('setGrantDelay', ADMIN_ROLE, grantDelay),
    call('setTargetAdminDelay', coalition, targetAdminDelay),
    ...(admin && admin !== deployer
      ? [call('grantRole', ADMIN_ROLE, admin, adminDelay), call('renounceRole', ADMIN_ROLE, deployer)]
      : []),
  ];
  return call('multicall', calls);
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
