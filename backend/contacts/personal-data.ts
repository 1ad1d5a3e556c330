import type { PersonalSection } from '../privacy/personal-section.ts';
import { eraseContacts } from './erase-contacts.ts';
import { listContacts } from './list-contacts.ts';

/** E-mail addresses and phone numbers, in clear. */
export const contactsData: PersonalSection = {
  name: 'contacts',
  tables: ['member_contacts'],
  async *read(deps, account) {
    yield* await listContacts(deps, account);
  },
  erase: eraseContacts,
};
