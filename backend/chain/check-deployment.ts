import { isAddressEqual } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/**
 * Makes sure that the endpoint serves the configured chain and that the hub on it holds the configured stablecoin.
 * @throws DomainError CHAIN_FOREIGN with what differs; what the client throws when no endpoint answers
 */
export async function checkDeployment({ chain, config }: Pick<Deps, 'chain' | 'config'>): Promise<void> {
  const differs = (what: string, expected: string, found: string) =>
    new DomainError('CHAIN_FOREIGN', {
      message: `The ${what} is ${found} instead of ${expected}.`,
      details: { what, expected, found },
    });
  const chainId = await chain.getChainId();
  if (chainId !== config.chainId) throw differs('chain id', String(config.chainId), String(chainId));
  const code = await chain.getCode({ address: config.coalition });
  if (!code || code === '0x') throw differs('hub', config.coalition, 'an account without code');
  const stablecoin = await chain.readContract({
    address: config.coalition,
    abi: CoalitionAbi,
    functionName: 'stablecoin',
  });
  if (!isAddressEqual(stablecoin, config.stablecoin))
    throw differs('stablecoin', config.stablecoin, stablecoin);
}
