import type { PublicClient } from 'viem';
import type { Config } from '../config.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { byTrust, setAside } from './trust.ts';

/** How many endpoints have to say the same: as configured, else more than half of all. */
export const quorumOf = ({ rpcUrls, rpcQuorum }: Pick<Config, 'rpcUrls' | 'rpcQuorum'>): number =>
  rpcQuorum ?? Math.floor(rpcUrls.length / 2) + 1;

/** A question on whose answer money or finality depends. */
export interface QuorumQuestion<T> {
  /** For the log: of what. */
  readonly what: string;
  /** One endpoint's answer. What throws is no answer, and no vote. */
  ask(endpoint: PublicClient): Promise<T>;
  /** Two answers are the same when this is. */
  keyOf(answer: T): string;
  /** Whether endpoints may differ for a moment without one of them lying, as about the newest block. */
  readonly mayDiffer?: boolean;
}

/** What a quorum says, and who says it. */
export interface Agreed<T> {
  readonly answer: T;
  readonly endpoints: readonly PublicClient[];
}

interface Vote<T> {
  readonly answer: T;
  readonly endpoints: PublicClient[];
}

/**
 * Asks as many endpoints as have to agree, and the rest only when they do not. Whoever says something else than the quorum is left out for a
 * while. Without a quorum nothing is guessed: the caller's next turn asks again.
 * @throws DomainError CHAIN_DISAGREES (logged as the alarm ENDPOINTS_DISAGREE), CHAIN_UNAVAILABLE when too few answer
 */
export async function askQuorum<T>(
  { endpoints, config, logger }: Pick<Deps, 'endpoints' | 'config' | 'logger'>,
  { what, ask, keyOf, mayDiffer = false }: QuorumQuestion<T>,
): Promise<Agreed<T>> {
  const quorum = quorumOf(config);
  const inOrder = byTrust(endpoints);
  const votes = new Map<string, Vote<T>>();
  let cause: unknown;
  for (const some of [inOrder.slice(0, quorum), inOrder.slice(quorum)]) {
    const answers = await Promise.allSettled(some.map(ask));
    for (const [index, answer] of answers.entries()) {
      const endpoint = some[index];
      if (answer.status === 'rejected') cause = answer.reason;
      else if (endpoint) castVote(votes, keyOf(answer.value), { answer: answer.value, endpoint });
    }
    const winner = [...votes.values()].find((vote) => vote.endpoints.length >= quorum);
    if (!winner) continue;
    for (const vote of votes.values()) if (vote !== winner) outvote(vote.endpoints, { what, logger });
    return winner;
  }
  if (votes.size < 2) throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  const details = { what, answers: votes.size, quorum, endpoints: endpoints.length };
  const alarm = 'ENDPOINTS_DISAGREE';
  if (!mayDiffer)
    logger.error(
      { alarm, ...details },
      'The endpoints disagree, and no quorum says the same: nothing is guessed',
    );
  throw new DomainError('CHAIN_DISAGREES', { details });
}

function castVote<T>(
  votes: Map<string, Vote<T>>,
  key: string,
  { answer, endpoint }: { answer: T; endpoint: PublicClient },
): void {
  const vote = votes.get(key) ?? { answer, endpoints: [] };
  vote.endpoints.push(endpoint);
  votes.set(key, vote);
}

function outvote(
  endpoints: readonly PublicClient[],
  { what, logger }: { what: string } & Pick<Deps, 'logger'>,
) {
  for (const endpoint of endpoints) {
    setAside(endpoint);
    logger.warn(
      { alarm: 'ENDPOINT_OUTVOTED', what },
      'An endpoint says something else than the quorum: it is left out',
    );
  }
}
