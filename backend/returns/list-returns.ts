import type { Deps } from '../shared/deps.ts';
import { presentReturn } from './return.ts';
import { readReturns } from './returns.repository.ts';

/** What was returned of a purchase (by its number in the database), the oldest first, as each was answered. */
export async function listReturns({ pool, network }: Pick<Deps, 'pool' | 'network'>, purchase: bigint) {
  const returns = await readReturns(pool, purchase);
  return returns.map((record) => presentReturn(record, network));
}
