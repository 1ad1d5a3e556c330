import type { Address } from 'viem';
import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { memberKeysOf, readKey, readKeyState } from './key-powers.ts';
import { readNamedKeys } from './member-keys.repository.ts';

/** Keys that an account can be shown to have; those changed last. */
export const KEYS_LIMIT = 50;

/**
 * The keys of an account as the chain has them now: its own first, then the added ones; the one that waits for its recovery to end, and who
 * inherits. `contract` and `nextNonce` are what the next change is signed for.
 * @throws DomainError CHAIN_UNAVAILABLE
 */
export async function listKeys(deps: Pick<Deps, 'pool' | 'chain' | 'network' | 'clock'>, account: Address) {
  const [contract, state, named] = await Promise.all([
    memberKeysOf(deps),
    readKeyState(deps, account),
    readNamedKeys(deps.pool, account, KEYS_LIMIT),
  ]);
  const counted = await Promise.all(
    named.map(async ({ key, by }) => ({ key, by, ...(await readKey(deps, { account, key })) })),
  );
  const keys = counted
    .filter(({ role }) => role !== 'none' && role !== 'successor')
    .map(({ key, role, dailyLimit, spentToday, activeFrom, by }) => ({
      key,
      role,
      ...(role === 'limited' && { dailyLimit, spentToday }),
      activeFrom: iso(activeFrom),
      waits: activeFrom > deps.clock.seconds(),
      by,
    }));
  const waiting = keys.find(({ key }) => key === state.waiting);
  return {
    account,
    contract,
    nextNonce: state.nextNonce,
    keys,
    recovery: waiting ? { key: waiting.key, by: waiting.by, activeFrom: waiting.activeFrom } : null,
    successor: state.successor,
  };
}
