/** Measures what others use for the same: OpenZeppelin's contracts, ERC-7818 and ERC-4337, without coverage, roles and halts. */
import { Interface, id, solidityPacked } from 'ethers';
import { eoaMember } from '../../../test/helpers/members.ts';
import type { Measured } from './budgets.ts';
import type { BenchChain, Sent } from './chain.ts';
import { measureExpiring } from './measure-expiring.ts';
import { measureSponsored } from './measure-sponsored.ts';

const LARGEST = 500;
const BATCH = 50;
const DEADLINE = Date.UTC(2030, 0, 1) / 1000;
const REQUEST_GAS = 200_000;

const FORWARD_REQUEST = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'gas', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint48' },
  { name: 'data', type: 'bytes' },
];

/** What the contracts under test/contracts/peers can do; their ABIs are not among the typed ones. */
interface PackedMintToken {
  mintBatch(mints: readonly string[]): Promise<Sent>;
}
interface RelayedClearing {
  open(brand: number, points: unknown, reserve: bigint): Promise<Sent>;
}
interface Forwarder {
  executeBatch(requests: readonly object[], refundReceiver: unknown): Promise<Sent>;
}

/** All rows of others. */
export async function measurePeers(chain: BenchChain): Promise<Partial<Measured>> {
  return {
    ...(await measureToken(chain)),
    ...(await measureExpiring(chain)),
    ...(await measureForwarder(chain)),
    ...(await measureSponsored(chain)),
  };
}

async function measureToken({ ethers, gasOf }: BenchChain): Promise<Partial<Measured>> {
  const token = await ethers.deployContract('PackedMintToken');
  const deployed = await token.deploymentTransaction()?.wait();
  const mints = Array.from({ length: LARGEST }, (_, index) =>
    solidityPacked(['address', 'uint96'], [eoaMember(`of the bench ${index}`).account, 1_000n]),
  );
  const minter = token as unknown as PackedMintToken;
  const mint = (count: number) => gasOf(minter.mintBatch(mints.slice(0, count)), count);
  return {
    'peer.erc20.deploy': Number(deployed?.gasUsed ?? 0),
    'peer.erc20.mint.new.500': await mint(500),
    'peer.erc20.mint.1': await mint(1),
    'peer.erc20.mint.100': await mint(100),
    'peer.erc20.mint.500': await mint(500),
  };
}

async function measureForwarder(chain: BenchChain): Promise<Partial<Measured>> {
  const { ethers, gasOf, relay } = chain;
  const wallets = Array.from({ length: BATCH }, (_, index) => eoaMember(`of the bench ${index}`).wallet);
  const forwarder = await ethers.deployContract('Forwarder');
  const clearing = await ethers.deployContract('RelayedClearing', [forwarder]);
  const members = wallets.map(({ address }) => address);
  const points = await ethers.deployContract('RelayedPoints', [forwarder, clearing, members]);
  for (const brand of [1, 2]) await (clearing as unknown as RelayedClearing).open(brand, points, 10n ** 13n);
  const { chainId } = await ethers.provider.getNetwork();
  const domain = {
    name: 'Forwarder',
    version: '1',
    chainId,
    verifyingContract: await forwarder.getAddress(),
  };
  let nonce = 0;
  /** The same call by every member, relayed at once; one that fails is skipped. */
  const relayed = async (to: string, data: string) => {
    const requests = await Promise.all(
      wallets.map(async (wallet) => {
        const request = {
          from: wallet.address,
          to,
          value: 0n,
          gas: REQUEST_GAS,
          nonce,
          deadline: DEADLINE,
          data,
        };
        const signature = await wallet.signTypedData(domain, { ForwardRequest: FORWARD_REQUEST }, request);
        return { ...request, signature };
      }),
    );
    nonce += 1;
    const relaying = forwarder.connect(relay) as unknown as Forwarder;
    return gasOf(relaying.executeBatch(requests, relay), BATCH);
  };
  const token = new Interface(points.interface.fragments);
  const burning = token.encodeFunctionData('burn', [5n]);
  const moving = token.encodeFunctionData('transfer', [members[0], 5n]);
  const redeeming = clearing.interface.encodeFunctionData('redeem', [1, 2, 5n, id('order 1')]);
  const [tokenAt, clearingAt] = [await points.getAddress(), await clearing.getAddress()];
  return {
    'peer.forwarder.burn.first.50': await relayed(tokenAt, burning),
    'peer.forwarder.burn.50': await relayed(tokenAt, burning),
    'peer.forwarder.transfer.50': await relayed(tokenAt, moving),
    'peer.forwarder.crossbrand.50': await relayed(clearingAt, redeeming),
  };
}
