/** Safe accounts: the published singleton and fallback handler, and proxies that the published factory makes. */
import {
  AbiCoder,
  Contract,
  concat,
  type HDNodeWallet,
  Interface,
  type Signer,
  TypedDataEncoder,
  type Wallet,
  ZeroAddress,
} from 'ethers';
import { type Address, getAddress, type Hex } from 'viem';
import {
  deployThirdParty,
  type ThirdPartyContract,
  thirdPartyArtifact,
} from '../../../helpers/third-party.ts';

type Owner = Wallet | HDNodeWallet;

/** What a Safe's owners sign to let it say yes to a digest by ERC-1271. */
const SAFE_MESSAGE = { SafeMessage: [{ name: 'message', type: 'bytes' }] };

const DELEGATECALL = 1;

const SAFE = thirdPartyArtifact('safe', 'Safe.sol/Safe').abi;

/** What Safe has deployed on a chain. */
export interface SafeDeployment {
  readonly singleton: Address;
  readonly handler: Address;
  readonly factory: ThirdPartyContract;
  readonly signMessageLib: Address;
}

/** Deploys what every Safe on a chain shares. */
export async function deploySafe(deployer: Signer): Promise<SafeDeployment> {
  const addressOf = async (path: string) =>
    getAddress(await (await deployThirdParty(deployer, ['safe', path])).getAddress());
  return {
    singleton: await addressOf('Safe.sol/Safe'),
    handler: await addressOf('handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler'),
    signMessageLib: await addressOf('libraries/SignMessageLib.sol/SignMessageLib'),
    factory: await deployThirdParty(deployer, ['safe', 'proxies/SafeProxyFactory.sol/SafeProxyFactory']),
  };
}

/** The call by which a Safe gets its owners, `threshold` of whom must sign. */
export const setupCall = ({ handler }: SafeDeployment, owners: readonly Owner[], threshold: number): Hex =>
  new Interface(SAFE).encodeFunctionData('setup', [
    owners.map(({ address }) => address),
    threshold,
    ZeroAddress,
    '0x',
    handler,
    ZeroAddress,
    0,
    ZeroAddress,
  ]) as Hex;

/** Makes a Safe of `owners`, `threshold` of whom must sign. */
export async function createSafe(
  safe: SafeDeployment,
  owners: readonly Owner[],
  threshold: number,
): Promise<Address> {
  const call = [safe.singleton, setupCall(safe, owners, threshold), 0] as const;
  const proxy: string = await safe.factory.createProxyWithNonce?.staticCall(...call);
  await safe.factory.createProxyWithNonce?.(...call);
  return getAddress(proxy);
}

const inOrder = (owners: readonly Owner[]) =>
  owners.toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));

/** The signatures of `owners` by which the Safe at `account` says yes to `digest`. */
export function signAsSafe(
  { account, chainId }: { account: Address; chainId: number },
  owners: readonly Owner[],
  digest: Hex,
): Hex {
  const hash = TypedDataEncoder.hash({ chainId, verifyingContract: account }, SAFE_MESSAGE, {
    message: AbiCoder.defaultAbiCoder().encode(['bytes32'], [digest]),
  });
  return concat(inOrder(owners).map(({ signingKey }) => signingKey.sign(hash).serialized)) as Hex;
}

/** Lets the Safe at `account` keep on the chain that it says yes to `digest`: signatures to it are empty from then on. */
export async function approveOnChain(
  { signMessageLib }: SafeDeployment,
  { account, submitter }: { account: Address; submitter: Signer },
  owners: readonly Owner[],
  digest: Hex,
): Promise<void> {
  const safe = new Contract(account, SAFE, submitter) as unknown as ThirdPartyContract;
  const message = AbiCoder.defaultAbiCoder().encode(['bytes32'], [digest]);
  const data = new Interface(['function signMessage(bytes)']).encodeFunctionData('signMessage', [message]);
  const call = [signMessageLib, 0, data, DELEGATECALL, 0, 0, 0, ZeroAddress, ZeroAddress] as const;
  const hash: string = await safe.getTransactionHash?.(...call, await safe.nonce?.());
  const signatures = inOrder(owners).map(({ signingKey }) => signingKey.sign(hash).serialized);
  await safe.execTransaction?.(...call, concat(signatures));
}
