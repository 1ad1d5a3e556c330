/** Measures what the standard for points that expire, ERC-7818, costs when it is written as plainly as it reads. */
import { solidityPacked } from 'ethers';
import { eoaMember } from '../../../test/helpers/members.ts';
import type { Measured } from './budgets.ts';
import type { BenchChain, Sent } from './chain.ts';

const LARGEST = 500;

/** What test/contracts/peers/ExpiringPoints.sol can do. */
interface ExpiringPoints {
  mintBatch(mints: readonly string[]): Promise<Sent>;
  transfer(to: string, value: bigint): Promise<Sent>;
}

/** Rows of a token that keeps balances and supply by epoch, in a mapping each. */
export async function measureExpiring({
  ethers,
  operator,
  brand,
  gasOf,
}: BenchChain): Promise<Partial<Measured>> {
  const token = await ethers.deployContract('ExpiringPoints', operator);
  const points = token as unknown as ExpiringPoints;
  const mintTo = (accounts: readonly string[]) =>
    gasOf(
      points.mintBatch(accounts.map((account) => solidityPacked(['address', 'uint96'], [account, 1_000n]))),
      accounts.length,
    );
  const accounts = Array.from({ length: LARGEST }, (_, index) => eoaMember(`of the bench ${index}`).account);
  await mintTo([operator.address, brand.address]);
  return {
    'peer.erc7818.mint.new.500': await mintTo(accounts),
    'peer.erc7818.mint.1': await mintTo(accounts.slice(0, 1)),
    'peer.erc7818.mint.100': await mintTo(accounts.slice(0, 100)),
    'peer.erc7818.mint.500': await mintTo(accounts),
    'peer.erc7818.transfer.1': await gasOf(points.transfer(brand.address, 5n)),
  };
}
