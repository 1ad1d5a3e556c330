/** Measures what others use so that members need no gas: ERC-4337's EntryPoint with SimpleAccount and a verifying paymaster. */
import { AbiCoder, concat, getBytes, Interface, id, toBeHex, type Wallet } from 'ethers';
import { eoaMember } from '../../../test/helpers/members.ts';
import { deployThirdParty, type ThirdPartyContract } from '../../../test/helpers/third-party.ts';
import type { Measured } from './budgets.ts';
import type { BenchChain } from './chain.ts';

const BATCH = 50;
const DEADLINE = Date.UTC(2030, 0, 1) / 1000;
const FEE = 10n ** 9n;
const LIMITS = { verification: 150_000n, call: 150_000n, paymaster: 100_000n, fixed: 60_000n } as const;
/** An ETH, and enough of it. */
const DEPOSIT = 10n ** 20n;

const pair = (high: bigint, low: bigint) => toBeHex((high << 128n) | low, 32);

/** Rows of the same spends as the forwarder's. The accounts are there before: a first one costs 170,000 more. */
export async function measureSponsored(chain: BenchChain): Promise<Partial<Measured>> {
  const { ethers, operator } = chain;
  const entryPoint = await deployThirdParty(operator, ['accountAbstraction', 'EntryPoint']);
  const wallets = Array.from({ length: BATCH }, (_, index) => eoaMember(`of the bench ${index}`).wallet);
  const accounts = await createAccounts(chain, entryPoint, wallets);
  const paymaster = (await ethers.deployContract('SponsoringPaymaster', [
    entryPoint,
    operator,
  ])) as unknown as ThirdPartyContract;
  await entryPoint.depositTo?.(paymaster, { value: DEPOSIT });

  const clearing = await ethers.deployContract('RelayedClearing', [ethers.ZeroAddress]);
  const points = await ethers.deployContract('RelayedPoints', [ethers.ZeroAddress, clearing, accounts]);
  for (const brand of [1, 2])
    await (clearing as unknown as ThirdPartyContract).open?.(brand, points, 10n ** 13n);
  const sponsored = bundler(chain, { entryPoint, paymaster, wallets, accounts });
  const burning = points.interface.encodeFunctionData('burn', [5n]);
  const redeeming = clearing.interface.encodeFunctionData('redeem', [1, 2, 5n, id('order 1')]);
  const rows = {
    'peer.erc4337.burn.first.50': await sponsored(await points.getAddress(), burning),
    'peer.erc4337.burn.50': await sponsored(await points.getAddress(), burning),
    'peer.erc4337.crossbrand.50': await sponsored(await clearing.getAddress(), redeeming),
  };
  // An operation that fails costs something too: all were done.
  const left: bigint = await (points as unknown as ThirdPartyContract).balanceOf?.(accounts[BATCH - 1]);
  if (left !== 985n) throw new TypeError(`an operation has failed: ${left} points are left`);
  return rows;
}

async function createAccounts(
  { ethers, operator, setBalance }: BenchChain,
  entryPoint: ThirdPartyContract,
  owners: readonly Wallet[],
): Promise<string[]> {
  const factory = await deployThirdParty(
    operator,
    ['accountAbstraction', 'SimpleAccountFactory'],
    [entryPoint],
  );
  const creator: string = await entryPoint.senderCreator?.();
  await setBalance(creator, DEPOSIT);
  const creating = factory.connect(await ethers.getImpersonatedSigner(creator)) as ThirdPartyContract;
  const accounts: string[] = [];
  for (const { address } of owners) {
    accounts.push(await factory['getAddress(address,uint256)']?.(address, 0));
    await creating.createAccount?.(address, 0);
  }
  return accounts;
}

interface Parties {
  readonly entryPoint: ThirdPartyContract;
  readonly paymaster: ThirdPartyContract;
  readonly wallets: readonly Wallet[];
  readonly accounts: readonly string[];
}

/** The same call by every account, in one bundle: signed by its owner, and by the operator who pays. */
function bundler(chain: BenchChain, { entryPoint, paymaster, wallets, accounts }: Parties) {
  const account = new Interface(['function execute(address, uint256, bytes)']);
  let nonce = 0n;
  return async (to: string, data: string): Promise<number> => {
    const callData = account.encodeFunctionData('execute', [to, 0, data]);
    const operations = await Promise.all(
      accounts.map((sender, index) => signed({ sender, nonce, callData }, wallets[index])),
    );
    nonce += 1n;
    const bundling = entryPoint.connect(chain.relay) as ThirdPartyContract;
    return chain.gasOf(bundling.handleOps?.(operations, chain.relay), BATCH);
  };

  async function signed(
    call: { sender: string; nonce: bigint; callData: string },
    owner: Wallet | undefined,
  ) {
    if (!owner) throw new TypeError('an account has no owner');
    const limits = concat([await paymaster.getAddress(), toBeHex(LIMITS.paymaster, 16), toBeHex(0, 16)]);
    const operation = {
      ...call,
      initCode: '0x',
      accountGasLimits: pair(LIMITS.verification, LIMITS.call),
      preVerificationGas: LIMITS.fixed,
      gasFees: pair(FEE, FEE),
      paymasterAndData: limits,
      signature: '0x',
    };
    const approval: string = await paymaster.approvalOf?.(operation, DEADLINE, 0);
    const validity = AbiCoder.defaultAbiCoder().encode(['uint48', 'uint48'], [DEADLINE, 0]);
    const approved = await chain.operator.signMessage(getBytes(approval));
    const sponsored = { ...operation, paymasterAndData: concat([limits, validity, approved]) };
    const hash: string = await entryPoint.getUserOpHash?.(sponsored);
    return { ...sponsored, signature: owner.signingKey.sign(hash).serialized };
  }
}
