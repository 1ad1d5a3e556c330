import type { PersonalSection } from '../privacy/personal-section.ts';
import { eraseCards } from './erase-cards.ts';
import { listCards } from './list-cards.ts';

/** Brands' cards that find the member. */
export const cardsData: PersonalSection = {
  name: 'cards',
  tables: ['member_cards'],
  async *read(deps, account) {
    yield* await listCards(deps, account);
  },
  erase: eraseCards,
};
