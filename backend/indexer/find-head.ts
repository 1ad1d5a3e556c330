import type { PublicClient } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { Header } from './chain-block.ts';
import { fetchHeader } from './fetch-blocks.ts';

/** The endpoint that has seen the most of the chain, and its newest block. */
export interface Head {
  readonly endpoint: PublicClient;
  readonly header: Header;
}

/**
 * Asks every endpoint for its newest block and takes the highest: one that lags behind the others is not listened to, because its old head
 * would look like a reorg. @throws DomainError CHAIN_UNAVAILABLE when none answers
 */
export async function findHead({ endpoints }: Pick<Deps, 'endpoints'>): Promise<Head> {
  const answers = await Promise.allSettled(endpoints.map((endpoint) => fetchHeader(endpoint, 'latest')));
  let best: Head | null = null;
  for (const [index, answer] of answers.entries()) {
    const endpoint = endpoints[index];
    if (answer.status !== 'fulfilled' || !answer.value || !endpoint) continue;
    if (!best || answer.value.number > best.header.number) best = { endpoint, header: answer.value };
  }
  if (best) return best;
  const failed = answers.find((answer) => answer.status === 'rejected');
  throw new DomainError('CHAIN_UNAVAILABLE', { cause: failed?.reason });
}
