import type { Address } from 'viem';
import type { Deps } from '../shared/deps.ts';
import { addAccounts } from './members.repository.ts';

/** Makes members of those accounts that are none yet, as a till's first word of them does. Safe to repeat. */
export const enrolAccounts = ({ pool }: Pick<Deps, 'pool'>, accounts: readonly Address[]): Promise<void> =>
  addAccounts(pool, accounts);
