import type { PublicClient } from 'viem';
import { askQuorum, quorumOf } from '../chain/ask-quorum.ts';
import { setAside } from '../chain/trust.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { Header } from './chain-block.ts';
import { fetchHeader } from './fetch-blocks.ts';

/** Further behind than this an endpoint is left out for a while. */
const MAX_BEHIND = 16n;

/** The newest block that a quorum of endpoints has, and those that have it. */
export interface Head {
  readonly header: Header;
  readonly endpoints: readonly PublicClient[];
}

/**
 * Asks every endpoint for its newest block and takes the highest that as many have reached as have to agree, and agree on: so one that lags is
 * not waited for, and one that runs ahead on a chain of its own is not believed.
 * @throws DomainError CHAIN_UNAVAILABLE when too few answer, CHAIN_DISAGREES while they are on different chains
 */
export async function findHead(deps: Pick<Deps, 'endpoints' | 'config' | 'logger'>): Promise<Head> {
  const { endpoints, config } = deps;
  const answers = await Promise.allSettled(
    endpoints.map(async (endpoint) => ({ endpoint, header: await fetchHeader(endpoint, 'latest') })),
  );
  const known = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value.header
      ? [{ ...answer.value, header: answer.value.header }]
      : [],
  );
  known.sort((a, b) => Number(b.header.number - a.header.number));
  const lowest = known[quorumOf(config) - 1]?.header;
  if (!lowest) {
    const failed = answers.find((answer) => answer.status === 'rejected');
    throw new DomainError('CHAIN_UNAVAILABLE', { cause: failed?.reason });
  }
  const { number } = lowest;
  for (const { endpoint, header } of known) if (number - header.number > MAX_BEHIND) setAside(endpoint);
  const newest = new Map(known.map(({ endpoint, header }) => [endpoint, header]));
  const agreed = await askQuorum(
    { ...deps, endpoints: known.map(({ endpoint }) => endpoint) },
    {
      what: `block ${number}`,
      ask: async (endpoint) => {
        const own = newest.get(endpoint);
        const header = own?.number === number ? own : await fetchHeader(endpoint, number);
        // One that has not come so far has no say.
        if (!header) throw new DomainError('CHAIN_UNAVAILABLE');
        return header;
      },
      keyOf: ({ hash }) => hash,
      mayDiffer: true,
    },
  );
  return { header: agreed.answer, endpoints: agreed.endpoints };
}

/** The header of a block as a quorum has it; null when it says that there is none. @throws DomainError CHAIN_UNAVAILABLE, CHAIN_DISAGREES */
export async function fetchAgreedHeader(
  deps: Pick<Deps, 'endpoints' | 'config' | 'logger'>,
  number: bigint,
): Promise<Header | null> {
  const { answer } = await askQuorum(deps, {
    what: `block ${number}`,
    ask: (endpoint) => fetchHeader(endpoint, number),
    keyOf: (header) => header?.hash ?? 'none',
    mayDiffer: true,
  });
  return answer;
}
