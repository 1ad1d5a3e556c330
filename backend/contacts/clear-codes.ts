import type { Deps } from '../shared/deps.ts';
import { deleteOldCounts } from './contacts.repository.ts';

/** Forgets how many codes were sent on days that are over. */
export const clearCodes = ({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<void> =>
  deleteOldCounts(pool, clock.now());
