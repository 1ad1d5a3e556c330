/** Contracts of others, deployed as their packages hold them: compiled by their makers, not by us. */
import { createRequire } from 'node:module';
import type { BaseContract, InterfaceAbi, Signer } from 'ethers';
import { ContractFactory } from 'ethers';

const require = createRequire(import.meta.url);

const PACKAGES = {
  safe: '@safe-global/safe-smart-account/build/artifacts/contracts',
  accountAbstraction: '@account-abstraction/contracts/artifacts',
} as const;

/** ABI and creation code of a contract in its maker's package, by the path of its artifact there. */
export function thirdPartyArtifact(
  maker: keyof typeof PACKAGES,
  path: string,
): { abi: InterfaceAbi; bytecode: string } {
  return require(`${PACKAGES[maker]}/${path}.json`);
}

/** A contract of others as ethers sees it: any method may be there, and takes what its ABI says. */
export type ThirdPartyContract = BaseContract & {
  // biome-ignore lint/suspicious/noExplicitAny: their ABIs are not typed
  readonly [method: string]: any;
};

/** Deploys one from `deployer`. */
export async function deployThirdParty(
  deployer: Signer,
  [maker, path]: readonly [keyof typeof PACKAGES, string],
  args: readonly unknown[] = [],
): Promise<ThirdPartyContract> {
  const { abi, bytecode } = thirdPartyArtifact(maker, path);
  const contract = await new ContractFactory(abi, bytecode, deployer).deploy(...args);
  return (await contract.waitForDeployment()) as unknown as ThirdPartyContract;
}
