import type { Address } from 'viem';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { presentCard } from './card.ts';
import { selectCards } from './cards.repository.ts';

/** All cards of a member, blocked ones included: for the member's own eyes, and for an export of what is kept. */
export const listCards = async ({ pool }: Pick<Deps, 'pool'>, account: Address) =>
  (await selectCards(pool, fromHex(account))).map(presentCard);
