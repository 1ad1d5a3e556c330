import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex } from '../shared/bytes.ts';
import { releaseCards } from './cards.repository.ts';

/** Makes all cards of a member nobody's and good for nothing, in the caller's transaction; returns how many there were. */
export const eraseCards = (tx: Queryable, account: Address): Promise<number> =>
  releaseCards(tx, fromHex(account));
